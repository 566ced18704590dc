"""What ``medusa new`` writes: a few files of the application, and a test that fails until they are filled in."""
