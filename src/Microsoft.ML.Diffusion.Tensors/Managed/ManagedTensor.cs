namespace Microsoft.ML.Diffusion.Tensors;

/// <summary>A tensor in the arena of a <see cref="ManagedTape"/>, or a parameter seen as one.</summary>
internal sealed unsafe class ManagedTensor : Tensor
{
    private Shape _shape;
    private bool _requiresGradient;
    private AlignedBuffer _buffer = null!;
    private AlignedBuffer? _gradientBuffer;
    private int _start;
    private int _gradientStart;

    public override Shape Shape => _shape;

    public override bool RequiresGradient => _requiresGradient;

    public override Span<float> Data => _buffer.Slice(_start, _shape.Count);

    public override ReadOnlySpan<float> Gradient =>
        _gradientBuffer is null ? default : _gradientBuffer.Slice(_gradientStart, _shape.Count);

    internal ManagedTape Tape { get; private set; } = null!;

    internal float* Pointer { get; private set; }

    internal float* GradientPointer { get; private set; }

    internal bool HasGradient => _gradientBuffer is not null;

    internal Parameter? Parameter { get; set; }

    internal void Assign(ManagedTape tape, Shape shape, bool requiresGradient, AlignedBuffer buffer, int start)
    {
        (Tape, _shape, _requiresGradient, _buffer, _start) = (tape, shape, requiresGradient, buffer, start);
        Pointer = buffer.Pointer + start;
        (_gradientBuffer, Parameter) = (null, null);
        GradientPointer = null;
    }

    /// <summary>Lets the other tensor see this one's elements, with a gradient of its own.</summary>
    internal void ShareWith(ManagedTensor other, Shape shape) => other.Assign(Tape, shape, _requiresGradient, _buffer, _start);

    internal void AssignGradient(AlignedBuffer buffer, int start)
    {
        (_gradientBuffer, _gradientStart) = (buffer, start);
        GradientPointer = buffer.Pointer + start;
    }

    /// <summary>Lets the other tensor take over this one's gradient, which nobody needs any more.</summary>
    internal void HandGradientTo(ManagedTensor other)
    {
        other.AssignGradient(_gradientBuffer!, _gradientStart);
    }
}
