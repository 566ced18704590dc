from medusa.framework.testing.fixtures import *
