// Buffers on the stack are always written before they are read, so the runtime need not clear them first.
[module: System.Runtime.CompilerServices.SkipLocalsInit]
