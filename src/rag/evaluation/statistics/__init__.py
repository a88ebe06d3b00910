"""Statistics: confidence intervals, paired tests of two systems, and multiple-test correction."""
