namespace Microsoft.ML.Diffusion.Tensors;

/// <content>How operations hand gradients on.</content>
internal sealed unsafe partial class ManagedTape
{
    /// <summary>Where to put a tensor's gradient.</summary>
    /// <param name="tensor">A tensor that requires a gradient.</param>
    /// <param name="accumulate">Whether to add to what is there; otherwise overwrite.</param>
    internal float* GradientOf(ManagedTensor tensor, out bool accumulate)
    {
        if (tensor.Parameter is Parameter parameter)
            return GradientOf(parameter, out accumulate);

        accumulate = tensor.HasGradient;
        if (!accumulate)
        {
            (AlignedBuffer buffer, int start) = _arena.Take(tensor.Shape.Count);
            tensor.AssignGradient(buffer, start);
        }

        return tensor.GradientPointer;
    }

    /// <summary>Where to put a parameter's gradient.</summary>
    internal static float* GradientOf(Parameter parameter, out bool accumulate)
    {
        accumulate = parameter.HasGradient;
        parameter.HasGradient = true;
        return parameter.GradientBuffer.Pointer;
    }

    /// <summary>Adds a gradient of the same size to a tensor's.</summary>
    internal void AddGradient(ManagedTensor to, float* gradient)
    {
        float* d = GradientOf(to, out bool accumulate);
        if (accumulate)
            Combine(ArithmeticKind.Add, d, gradient, d, to.Shape.Count, accumulate: false);
        else
            new ReadOnlySpan<float>(gradient, to.Shape.Count).CopyTo(new Span<float>(d, to.Shape.Count));
    }

    /// <summary>Adds a gradient times a slope, element by element, to a tensor's gradient.</summary>
    internal void AddGradient(ManagedTensor to, float* gradient, float* slope)
    {
        float* d = GradientOf(to, out bool accumulate);
        Combine(ArithmeticKind.Multiply, gradient, slope, d, to.Shape.Count, accumulate);
    }

    /// <summary>Adds a gradient times a constant to a tensor's gradient.</summary>
    internal void AddGradient(ManagedTensor to, float* gradient, float factor)
    {
        float* d = GradientOf(to, out bool accumulate);
        Combine(ArithmeticKind.Multiply, gradient, factor, d, to.Shape.Count, accumulate);
    }

    /// <summary>
    /// Adds the gradient of an operation's result to that of an input, as the last thing that the operation does: where the input has
    /// none yet it takes over the result's memory, which nobody needs any more.
    /// </summary>
    internal void PassGradient(ManagedTensor from, ManagedTensor to)
    {
        if (to.HasGradient || to.Parameter is not null)
            AddGradient(to, from.GradientPointer);
        else
            from.HandGradientTo(to);
    }

    /// <summary>Adds the sums of the columns of a result's gradient to that of a bias.</summary>
    internal void AddColumnSums(Parameter bias, ManagedTensor output)
    {
        int chunks = RowChunks.Count(output.Rows), stride = AlignedBuffer.RoundUp(output.Columns);
        var kernel = new LinearBackward
        {
            Dy = output.GradientPointer, Sums = Scratch(checked(chunks * stride)), SumStride = stride,
            Rows = output.Rows, Columns = output.Columns,
        };
        Run(ref kernel, chunks, output.Shape.Count);
        AddChunkSums(bias, kernel.Sums, chunks, stride);
    }

    /// <summary>Adds the partial sums of row chunks, in order, to the gradient of a parameter that is one row.</summary>
    internal void AddChunkSums(Parameter parameter, float* sums, int chunks, int stride)
    {
        int columns = parameter.Shape.Count;
        float* d = GradientOf(parameter, out bool accumulate);
        if (!accumulate)
            new Span<float>(d, columns).Clear();
        for (int chunk = 0; chunk < chunks; chunk++)
            Combine(ArithmeticKind.Add, d, sums + (chunk * stride), d, columns, accumulate: false);
    }
}
