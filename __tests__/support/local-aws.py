"""Serves moto's AWS API on a free port of the loopback interface, until its standard input ends.

Its parent holds the other end of the input, so it ends with the parent, however that one dies.
"""

import os
import sys
import threading

from moto.cognitoidp.responses import CognitoIdpResponse
from moto.core.responses import EmptyResult
from moto.server import main


def delete_resource_server(self):
    """moto lacks this operation, and the AWS provider repeats a call that is answered by 501 for minutes."""
    pool = self.backend.describe_user_pool(self._get_param("UserPoolId"))
    identifier = self._get_param("Identifier")
    self.backend.describe_resource_server(pool.id, identifier)
    del pool.resource_servers[identifier]
    return EmptyResult()


CognitoIdpResponse.delete_resource_server = delete_resource_server


def end_with_parent():
    sys.stdin.read()
    os._exit(0)


threading.Thread(target=end_with_parent, daemon=True).start()
main(["-H", "127.0.0.1", "-p", "0"])
