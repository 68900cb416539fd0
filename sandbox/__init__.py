from sandbox.jobs import *
from sandbox.local import LocalSandbox
