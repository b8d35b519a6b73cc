// Which of the lines that were asked about the server has, and what follows for those that nobody has (PROTOCOL 6.1).
#pragma once

#include "client-sdk/session/take/part.h"

namespace lianxin::client {

// False: lines that were handed over, and erased here, are lost on the server as well. They are noted as such, and the
// chain begins anew without them, under a new key: other copies come back as offers and from the server's journals, and
// a key signs one chain only.
Result<bool> take_known(const Part& part, StudioState& studio);

// A line that went bad after it was sent stands there as it was saved, though the answer was lost, or it was sent under
// another key: so only where the server has just said what it has is the chain above acked_n made whole. Changes
// that now travel as damaged are noted as such.
Status mend_chain(const Part& part, const StudioState& studio, Taken& taken);

}  // namespace lianxin::client
