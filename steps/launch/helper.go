package launch

// HelperArg is the hidden argument that makes the binary a helper.
const HelperArg = "__helper"
