# Plants the bugs of patches/ in this build: each patched source is compiled from a copy in the build folder, under
# planted/ and its own path. A patch keeps working while its source changes around it; where it no longer applies, the
# configuration stops and says how to renew it.
find_program(LIANXIN_PATCH patch REQUIRED)

set(planted_patches ${CMAKE_CURRENT_LIST_DIR}/patches)
set(planted_copies ${CMAKE_BINARY_DIR}/planted)

# Beside the copy stays the source that it was made of (.clean): with it planted.sh tells that a copy is of today.
function(lianxin_make_planted_copy file)
  set(copy ${planted_copies}/${file})
  set(patch ${planted_patches}/${file}.patch)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${patch})
  if(NOT EXISTS ${CMAKE_SOURCE_DIR}/${file})
    message(FATAL_ERROR "There is no ${file} any more: give its patch in tests/sim/planted/patches the new path, or remove it.")
  endif()
  configure_file(${CMAKE_SOURCE_DIR}/${file} ${copy}.clean COPYONLY)
  execute_process(COMMAND ${LIANXIN_PATCH} --force --fuzz=1 --output=${copy}.new --reject-file=${copy}.rej ${copy}.clean ${patch}
                  RESULT_VARIABLE failed OUTPUT_VARIABLE said ERROR_VARIABLE said)
  if(failed)
    file(RENAME ${copy}.new ${copy})
    message(FATAL_ERROR "${file} has changed where bugs are planted in it, so that its patch no longer applies:\n${said}\n"
                        "What could be applied is in ${copy}, the rest in ${copy}.rej. Plant the rest there by hand, and before "
                        "anything is configured or built again write the patch anew: tests/sim/planted.sh renew ${file}\n")
  endif()
  file(COPY_FILE ${copy}.new ${copy} ONLY_IF_DIFFERENT)
  file(REMOVE ${copy}.new ${copy}.rej)
endfunction()

# Each target that lists the source gets the copy instead. Headers are not patched: every source that includes one would
# have to see the same.
function(lianxin_plant file)
  lianxin_make_planted_copy(${file})
  string(REGEX MATCH "^([^/]+)/(.+\\.cc)$" parts ${file})
  if(NOT parts)
    message(FATAL_ERROR "Only a .cc can be patched, and ${file} is none: plant the bug in a source.")
  endif()
  set(listed ${CMAKE_MATCH_2})
  get_property(targets DIRECTORY ${CMAKE_SOURCE_DIR}/${CMAKE_MATCH_1} PROPERTY BUILDSYSTEM_TARGETS)
  set(found FALSE)
  foreach(target IN LISTS targets)
    get_target_property(sources ${target} SOURCES)
    list(FIND sources ${listed} at)
    if(at GREATER_EQUAL 0)
      list(REMOVE_AT sources ${at})
      set_property(TARGET ${target} PROPERTY SOURCES ${sources} ${planted_copies}/${file})
      set(found TRUE)
    endif()
  endforeach()
  if(NOT found)
    message(FATAL_ERROR "No target lists ${file}, so that its planted bugs would be in nothing.")
  endif()
endfunction()

file(GLOB_RECURSE patches RELATIVE ${planted_patches} CONFIGURE_DEPENDS ${planted_patches}/*.patch)
foreach(patch IN LISTS patches)
  string(REGEX REPLACE "\\.patch$" "" file ${patch})
  lianxin_plant(${file})
endforeach()
target_sources(lianxin_schema PRIVATE ${CMAKE_CURRENT_LIST_DIR}/planted.cc)  # what all that is patched links
