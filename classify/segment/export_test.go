package segment

// Logarithm is for the tests.
var Logarithm = logarithm
