-- Records that are joined with others are few, and asked for as a whole.
CREATE INDEX record_joined ON record (studio, record) WHERE joined = 1;
