namespace Microsoft.ML.Diffusion.Tensors;

/// <summary>A block of 32-bit floats on a <see cref="Tape"/>, valid until the tape is reset.</summary>
public abstract class Tensor
{
    /// <summary>The extents.</summary>
    public abstract Shape Shape { get; }

    /// <summary>The elements, row-major. Only the data of a <see cref="Tape.Input"/> may be written.</summary>
    public abstract Span<float> Data { get; }

    /// <summary>Whether reading <see cref="Data"/> copies them from a device, and waits until that has computed them.</summary>
    public virtual bool IsOnDevice => false;

    /// <summary>
    /// Of an input that asked for it: the gradient of the loss with respect to the elements, once <see cref="Tape.Backward"/>
    /// has run; empty where none arrived. Gradients of other tensors are not kept.
    /// </summary>
    public abstract ReadOnlySpan<float> Gradient { get; }

    /// <summary>Whether <see cref="Tape.Backward"/> carries a gradient here.</summary>
    public abstract bool RequiresGradient { get; }

    /// <summary>The last extent.</summary>
    public int Columns => Shape.Columns;

    /// <summary>The product of all extents but the last.</summary>
    public int Rows => Shape.Rows;
}
