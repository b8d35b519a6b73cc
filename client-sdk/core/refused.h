// What a person is told of input that was refused: each field by its label, with what was given and what would do.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "client-sdk/store/forms.h"
#include "lianxin/problem.h"
#include "schema/kind.h"
#include "schema/validate.h"

namespace lianxin::client {

// By what the rules say of what is staged in a form.
std::vector<WrongField> wrong_fields(const Catalog& catalog, const OpenForm& form, std::span<const Refusal> refusals);
// What fits no field of the kind.
std::vector<WrongField> wrong_fields(const Catalog& catalog, const OpenForm& form);

// One problem for all of them: those of the first one's code are named together.
Problem problem_of(std::vector<WrongField> wrong);

}  // namespace lianxin::client
