# Writes the commit of SOURCE into the header TO, and only when it is another one.
cmake_minimum_required(VERSION 3.25)
execute_process(COMMAND git -C ${SOURCE} describe --always --dirty --abbrev=12 OUTPUT_VARIABLE commit
                OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
if(NOT commit)
  set(commit "unknown")
endif()
file(CONFIGURE OUTPUT ${TO} CONTENT "#pragma once\n#define LIANXIN_SIM_COMMIT \"@commit@\"\n" @ONLY)
