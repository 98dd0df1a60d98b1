namespace Microsoft.ML.Diffusion.Tensors;

/// <summary>A trainable tensor: a value and the gradient that <see cref="Tape.Backward"/> adds to.</summary>
/// <remarks>Any number of threads may read a value at once; whoever changes it must be alone.</remarks>
public sealed class Parameter
{
    private readonly AlignedBuffer _value;
    private AlignedBuffer? _gradient;
    private ParameterMirror? _mirror;
    private int _version;

    /// <summary>Creates a parameter full of zeros.</summary>
    /// <param name="name">The name within its module, such as "weight".</param>
    /// <param name="shape">The extents; a weight is [inputs, outputs].</param>
    public Parameter(string name, Shape shape)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentOutOfRangeException.ThrowIfZero(shape.Rank, nameof(shape));
        (Name, Shape) = (name, shape);
        ParameterRoom.Take(shape.Count);
        _value = new AlignedBuffer(shape.Count);
        _value.Clear();
        Packed = new PackedWeight(this);
    }

    /// <summary>The name within its module.</summary>
    public string Name { get; }

    /// <summary>The extents.</summary>
    public Shape Shape { get; }

    /// <summary>The elements, row-major.</summary>
    public ReadOnlySpan<float> Value => ValueBuffer.Span[..Shape.Count];

    /// <summary>The gradient, row-major; zeros where nothing has been added since <see cref="ZeroGradient"/>.</summary>
    public Span<float> Gradient
    {
        get
        {
            if (!HasGradient)
            {
                GradientBuffer.Clear();
                HasGradient = true;
            }

            Span<float> gradient = GradientBuffer.Span[..Shape.Count];
            _mirror?.HandOverGradient(gradient);
            return gradient;
        }
    }

    /// <summary>The elements, to be written now. What engines derived from the old value is dropped.</summary>
    public Span<float> Update()
    {
        Span<float> value = ValueBuffer.Span[..Shape.Count];
        CountChange();
        return value;
    }

    /// <summary>Sets the gradient to zero.</summary>
    public void ZeroGradient()
    {
        HasGradient = false;
        _mirror?.ZeroGradient();
    }

    /// <summary>The value as matrix products like to read it.</summary>
    internal PackedWeight Packed { get; }

    /// <summary>The value in host memory, up to date.</summary>
    internal AlignedBuffer ValueBuffer
    {
        get
        {
            if (_mirror is { IsNewer: true } mirror)
                mirror.BringHome(_value.Span[..Shape.Count]);
            return _value;
        }
    }

    internal AlignedBuffer GradientBuffer => _gradient ??= new AlignedBuffer(Shape.Count);

    /// <summary>Whether the gradient buffer holds anything; where not, the first to add to it may overwrite it.</summary>
    internal bool HasGradient { get; set; }

    internal int Version => Volatile.Read(ref _version);

    /// <summary>What an engine keeps of this parameter elsewhere; none where all is in host memory. One that is replaced leaves its value
    /// and
    /// its gradient here first.</summary>
    internal ParameterMirror? Mirror
    {
        get => Volatile.Read(ref _mirror);
        set
        {
            _mirror?.BringHome(_value.Span[..Shape.Count]);
            GatherGradient();
            Volatile.Write(ref _mirror, value);
        }
    }

    /// <summary>Adds to the gradient in host memory what was gathered elsewhere.</summary>
    internal void GatherGradient()
    {
        if (_mirror is { HasGradient: true })
            _ = Gradient;
    }

    /// <summary>Counts a change of the value, wherever that was made.</summary>
    internal void CountChange() => Volatile.Write(ref _version, _version + 1);
}
