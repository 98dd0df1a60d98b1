using System.Runtime.CompilerServices;

namespace Microsoft.ML.Diffusion.Tensors;

/// <summary>The tape of a <see cref="ManagedEngine"/>: an arena, pooled tensors and the operations in order.</summary>
internal sealed unsafe partial class ManagedTape : Tape
{
    /// <summary>How many floats a kernel takes at a time, one in each lane.</summary>
    private const int Block = ILanes<float>.Count;

    private readonly Arena _arena = new();
    private readonly List<ManagedTensor> _tensors = [];
    private readonly List<Operation> _operations = [];
    private readonly OperationPool _pool = new();
    private AlignedBuffer? _padding;
    private int _tensorsUsed;
    private bool _ranBackward;

    internal ManagedTape(ManagedEngine engine, bool training)
    {
        Training = training;
        (Vectors, Threads) = (engine.Vectors, engine.Threads);
    }

    /// <summary>What runs kernels, with vectors of the engine's width.</summary>
    internal VectorWidth Vectors { get; }

    /// <summary>How many threads a large operation may use.</summary>
    internal int Threads { get; }

    public override bool Training { get; }

    public override void Reset()
    {
        _arena.Reset();
        _tensorsUsed = 0;
        _operations.Clear();
        _ranBackward = false;
        _pool.Reset();
    }

    public override Tensor Input(Shape shape, bool requiresGradient = false)
    {
        ArgumentOutOfRangeException.ThrowIfZero(shape.Rank, nameof(shape));
        return NewTensor(shape, requiresGradient && Training);
    }

    public override Tensor Use(Parameter parameter)
    {
        ManagedTensor tensor = NextTensor();
        tensor.Assign(this, parameter.Shape, Training, parameter.ValueBuffer, 0);
        tensor.Parameter = parameter;
        return tensor;
    }

    public override void Backward(Tensor loss)
    {
        ManagedTensor last = Own(loss);
        CheckBackward(loss, Training, _ranBackward);
        _ranBackward = true;
        GradientOf(last, out _)[0] = 1;
        for (int i = _operations.Count - 1; i >= 0; i--)
        {
            if (_operations[i].Output.HasGradient)
                _operations[i].Backward(this);
        }

        // Every tensor's memory is used through pointers, which the garbage collector does not see.
        GC.KeepAlive(this);
    }

    /// <summary>The tensor as one of this tape's.</summary>
    internal ManagedTensor Own(Tensor tensor, [CallerArgumentExpression(nameof(tensor))] string? name = null)
    {
        if (tensor is ManagedTensor own && ReferenceEquals(own.Tape, this))
            return own;
        ArgumentNullException.ThrowIfNull(tensor, name);
        throw new ArgumentException("The tensor is of another tape.", name);
    }

    internal ManagedTensor? OwnOrNone(Tensor? tensor, [CallerArgumentExpression(nameof(tensor))] string? name = null) =>
        tensor is null ? null : Own(tensor, name);

    internal ManagedTensor NewTensor(Shape shape, bool requiresGradient)
    {
        ManagedTensor tensor = NextTensor();
        (AlignedBuffer buffer, int start) = _arena.Take(shape.Count);
        tensor.Assign(this, shape, requiresGradient, buffer, start);
        return tensor;
    }

    /// <summary>A tensor over the memory of another.</summary>
    internal ManagedTensor View(ManagedTensor x, Shape shape)
    {
        ManagedTensor tensor = NextTensor();
        x.ShareWith(tensor, shape);
        return tensor;
    }

    /// <summary>Room for some floats until the next reset.</summary>
    internal float* Scratch(int length)
    {
        (AlignedBuffer buffer, int start) = _arena.Take(length);
        return buffer.Pointer + start;
    }

    /// <summary>Room for some floats until the next call.</summary>
    internal float* Padding(int length)
    {
        if (_padding is null || _padding.Length < length)
            _padding = new AlignedBuffer(length);
        return _padding.Pointer;
    }

    /// <summary>Runs every chunk of a kernel: on several threads where there are many elements, in order otherwise.</summary>
    internal void Run<TKernel>(ref TKernel kernel, int chunks, long elements)
        where TKernel : unmanaged, IKernel
    {
        const long SmallestParallel = 1 << 15;
        Vectors.Run(ref kernel, chunks, elements < SmallestParallel ? 1 : Threads);
    }

    /// <summary>Runs a kernel of one chunk.</summary>
    internal void Run<TKernel>(ref TKernel kernel)
        where TKernel : unmanaged, IKernel => Vectors.Run(ref kernel);

    /// <summary>y (+)= a op b.</summary>
    internal void Combine(ArithmeticKind kind, float* a, float* b, float* y, nint n, bool accumulate)
    {
        var kernel = new Combination { Kind = kind, A = a, B = b, Y = y, Count = n, Accumulate = accumulate };
        Run(ref kernel);
    }

    /// <summary>y (+)= a op b with one b for all.</summary>
    internal void Combine(ArithmeticKind kind, float* a, float b, float* y, nint n, bool accumulate)
    {
        var kernel = new Combination { Kind = kind, A = a, Factor = b, Y = y, Count = n, Accumulate = accumulate };
        Run(ref kernel);
    }

    /// <summary>Keeps an operation for the way back; its fields are to be set, as it may have been used in an earlier step.</summary>
    internal T Record<T>(ManagedTensor output)
        where T : Operation, new()
    {
        T operation = _pool.Take<T>();
        operation.Output = output;
        _operations.Add(operation);
        return operation;
    }

    private ManagedTensor NextTensor()
    {
        if (_tensorsUsed == _tensors.Count)
            _tensors.Add(new ManagedTensor());
        return _tensors[_tensorsUsed++];
    }
}
