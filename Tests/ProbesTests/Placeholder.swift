// placeholder until the first real test
