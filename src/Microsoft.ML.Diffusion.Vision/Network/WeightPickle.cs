using System.Buffers.Binary;
using System.Text;

namespace Microsoft.ML.Diffusion.Vision.Network;

/// <summary>Reads the pickle of a dictionary of tensors, with the instructions and names that such a one needs; every other is
/// refused.</summary>
internal sealed class WeightPickle
{
    private const int MostItems = 1 << 20;
    private const int MostExtents = 8;

    private readonly byte[] _code;
    private readonly Func<string, long, byte[]> _storage;
    private readonly List<object?> _stack = [];
    private readonly Stack<int> _marks = new();
    private readonly Dictionary<int, object?> _memo = [];
    private int _at;

    /// <param name="code">The pickle.</param>
    /// <param name="storage">Gives the bytes of a storage by its key and its length.</param>
    public WeightPickle(byte[] code, Func<string, long, byte[]> storage) => (_code, _storage) = (code, storage);

    /// <summary>Reads every tensor.</summary>
    /// <exception cref="InvalidDataException">It is damaged, or has an instruction or a name that is not needed for tensors.</exception>
    public IReadOnlyDictionary<string, NamedTensor> Read()
    {
        while (true)
        {
            Require(_at < _code.Length && _stack.Count < MostItems && _memo.Count < MostItems, "it does not end");
            byte instruction = _code[_at++];
            if (instruction == (byte)'.')
                break;
            Run(instruction);
        }

        var tensors = new Dictionary<string, NamedTensor>(StringComparer.Ordinal);
        foreach ((object name, object? value) in Cast<Dictionary<object, object?>>(Pop()))
        {
            if (value is Storage or not NamedTensor)
                throw new InvalidDataException("The checkpoint holds something else than a dictionary of tensors.");
            Require(name is string && tensors.TryAdd((string)name, (NamedTensor)value), "a name is none");
        }

        return tensors;
    }

    private void Run(byte instruction)
    {
        switch ((char)instruction)
        {
            case '\x80':
                Require(Byte() is >= 2 and <= 5, "it is of another protocol");
                break;
            case '\x95':
                Take(sizeof(long));
                break;
            case '(':
                _marks.Push(_stack.Count);
                break;
            case '}':
                _stack.Add(new Dictionary<object, object?>());
                break;
            case ']' or ')':
                _stack.Add(Array.Empty<object?>());
                break;
            case 'N':
                _stack.Add(null);
                break;
            case '\x88' or '\x89':
                _stack.Add((long)(instruction == 0x88 ? 1 : 0));
                break;
            case 'K':
                _stack.Add((long)Byte());
                break;
            case 'M':
                _stack.Add((long)BinaryPrimitives.ReadUInt16LittleEndian(Take(sizeof(ushort))));
                break;
            case 'J':
                _stack.Add((long)BinaryPrimitives.ReadInt32LittleEndian(Take(sizeof(int))));
                break;
            case '\x8A':
                _stack.Add(LongNumber());
                break;
            case 'X':
                _stack.Add(Text(BinaryPrimitives.ReadInt32LittleEndian(Take(sizeof(int)))));
                break;
            case '\x8C':
                _stack.Add(Text(Byte()));
                break;
            case 'q':
                _memo[Byte()] = Top();
                break;
            case 'r':
                _memo[BinaryPrimitives.ReadInt32LittleEndian(Take(sizeof(int)))] = Top();
                break;
            case '\x94':
                _memo[_memo.Count] = Top();
                break;
            case 'h':
                _stack.Add(Remembered(Byte()));
                break;
            case 'j':
                _stack.Add(Remembered(BinaryPrimitives.ReadInt32LittleEndian(Take(sizeof(int)))));
                break;
            default:
                RunOnItems((char)instruction);
                break;
        }
    }

    private void RunOnItems(char instruction)
    {
        switch (instruction)
        {
            case 't':
                _stack.Add(Marked());
                break;
            case '\x85' or '\x86' or '\x87':
                object?[] items = new object?[instruction - '\x84'];
                for (int i = items.Length - 1; i >= 0; i--)
                    items[i] = Pop();
                _stack.Add(items);
                break;
            case 's':
                (object? value, object? key) = (Pop(), Pop());
                Cast<Dictionary<object, object?>>(Top())[Key(key)] = value;
                break;
            case 'u':
                object?[] pairs = Marked();
                Require(pairs.Length % 2 == 0, "a name has no value");
                var target = Cast<Dictionary<object, object?>>(Top());
                for (int i = 0; i < pairs.Length; i += 2)
                    target[Key(pairs[i])] = pairs[i + 1];
                break;
            case 'c':
                _stack.Add(Named(Line(), Line()));
                break;
            case '\x93':
                (string name, string module) = (Cast<string>(Pop()), Cast<string>(Pop()));
                _stack.Add(Named(module, name));
                break;
            case 'R':
                (object?[] arguments, object? function) = (Cast<object?[]>(Pop()), Pop());
                _stack.Add(Call(Cast<Function>(function).Name, arguments));
                break;
            case 'Q':
                _stack.Add(StorageOf(Cast<object?[]>(Pop())));
                break;
            case 'b':
                // What an ordered dictionary knows besides its items, such as versions of modules, is not needed.
                Pop();
                Cast<Dictionary<object, object?>>(Top());
                break;
            default:
                throw new InvalidDataException(
                    $"The checkpoint is refused: its pickle has instruction {(int)instruction}, which tensors do not need.");
        }
    }

    /// <summary>A name that a pickle of tensors may use.</summary>
    private static object Named(string module, string name) => (module, name) switch
    {
        ("collections", "OrderedDict") or ("torch._utils", "_rebuild_tensor_v2") or ("torch._utils", "_rebuild_parameter")
            => new Function(name),
        ("torch", "FloatStorage") => NumberType.Single,
        ("torch", "DoubleStorage") => NumberType.Double,
        ("torch", "HalfStorage") => NumberType.Half,
        ("torch", "BFloat16Storage") => NumberType.BFloat16,
        ("torch", "LongStorage") => NumberType.Int64,
        ("torch", "IntStorage") => NumberType.Int32,
        ("torch", "ByteStorage") or ("torch", "BoolStorage") => NumberType.Byte,
        _ => throw new InvalidDataException(
            "The checkpoint is refused: its pickle asks for " +
            $"'{Models.Persistence.CheckedReading.Shown($"{module}.{name}")}', which tensors do not need."),
    };

    private object? Call(string function, object?[] arguments)
    {
        switch (function)
        {
            case "OrderedDict":
                Require(arguments.Length == 0, "a dictionary is made of something else");
                return new Dictionary<object, object?>();
            case "_rebuild_parameter":
                Require(arguments.Length == 3, "a parameter is incomplete");
                return Cast<NamedTensor>(arguments[0]);
            default:
                Require(arguments.Length is 6 or 7, "a tensor is incomplete");
                return Tensor(
                    Cast<Storage>(arguments[0]), Number(arguments[1]), Numbers(arguments[2]), Numbers(arguments[3]));
        }
    }

    private NamedTensor Tensor(Storage storage, long offset, long[] shape, long[] strides)
    {
        int count = NamedTensor.CountOf(shape), size = NamedTensor.SizeOf(storage.Type);
        Require(shape.Length <= MostExtents && strides.Length == shape.Length, "a tensor has impossible extents");
        long expected = 1;
        for (int i = shape.Length - 1; i >= 0; i--)
        {
            if (shape[i] > 1 && strides[i] != expected)
                throw new InvalidDataException("The checkpoint has a tensor whose numbers do not lie one after another.");
            expected *= shape[i];
        }

        Require(offset >= 0 && offset <= storage.Count - count, "a tensor is not within its numbers");
        byte[] bytes = _storage(storage.Key, storage.Count * size);
        return new NamedTensor(storage.Type, shape, bytes.AsMemory((int)(offset * size), count * size));
    }

    private static Storage StorageOf(object?[] id)
    {
        Require(id.Length == 5 && id[0] is "storage" && id[1] is NumberType && id[2] is string, "a storage is incomplete");
        string key = (string)id[2]!;
        long count = Number(id[4]);
        var type = (NumberType)id[1]!;
        bool isSound = key.Length is > 0 and <= 32 && key.All(char.IsAsciiLetterOrDigit)
            && count >= 0 && count <= Array.MaxLength / NamedTensor.SizeOf(type);
        Require(isSound, "a storage has an impossible name or length");
        return new Storage(type, key, count);
    }

    private byte Byte() => Take(1)[0];

    private ReadOnlySpan<byte> Take(int count)
    {
        Require(count >= 0 && count <= _code.Length - _at, "it is cut short");
        _at += count;
        return _code.AsSpan(_at - count, count);
    }

    private string Text(int length) => Encoding.UTF8.GetString(Take(length));

    private string Line()
    {
        int length = _code.AsSpan(_at).IndexOf((byte)'\n');
        Require(length >= 0, "it is cut short");
        string line = Text(length);
        _at++;
        return line;
    }

    private long LongNumber()
    {
        int length = Byte();
        Require(length <= sizeof(long), "a number is too large");
        ReadOnlySpan<byte> bytes = Take(length);
        long value = length > 0 && bytes[^1] >= 0x80 ? -1 : 0;
        for (int i = length - 1; i >= 0; i--)
            value = (value << 8) | bytes[i];
        return value;
    }

    private object? Remembered(int place)
    {
        Require(_memo.TryGetValue(place, out object? value), "it remembers nothing there");
        return value;
    }

    private object? Top()
    {
        Require(_stack.Count > 0, "its stack is empty");
        return _stack[^1];
    }

    private object? Pop()
    {
        Require(_stack.Count > (_marks.TryPeek(out int mark) ? mark : 0), "its stack is empty");
        object? top = _stack[^1];
        _stack.RemoveAt(_stack.Count - 1);
        return top;
    }

    private object?[] Marked()
    {
        Require(_marks.TryPop(out int mark) && mark <= _stack.Count, "it has no mark");
        object?[] items = [.. _stack.Skip(mark)];
        _stack.RemoveRange(mark, items.Length);
        return items;
    }

    private static object Key(object? key)
    {
        Require(key is string or long, "a name is none");
        return key!;
    }

    private static long Number(object? value) => Cast<object>(value) is long number ? number : throw Damaged("a number is none");

    private static long[] Numbers(object? value) => [.. Cast<object?[]>(value).Select(Number)];

    private static T Cast<T>(object? value)
        where T : class => value as T ?? throw Damaged("it puts together what does not fit");

    private static InvalidDataException Damaged(string what) => new($"The checkpoint is damaged: of its pickle, {what}.");

    private static void Require(bool condition, string what)
    {
        if (!condition)
            throw Damaged(what);
    }

    /// <summary>A function that may be called.</summary>
    private sealed record Function(string Name);

    /// <summary>The numbers that tensors lie in.</summary>
    private sealed record Storage(NumberType Type, string Key, long Count);
}
