import 'cdktf/lib/testing/adapters/jest'; // declares the matchers' types

import { Testing } from 'cdktf';

Testing.setupJest();
