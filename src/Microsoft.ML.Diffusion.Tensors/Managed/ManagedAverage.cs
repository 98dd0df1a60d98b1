namespace Microsoft.ML.Diffusion.Tensors;

/// <summary>A moving average of weights, kept beside them.</summary>
internal sealed unsafe class ManagedAverage : ExponentialMovingAverage
{
    private readonly Parameter[] _parameters;
    private readonly AlignedBuffer[] _averages;
    private readonly float _share;
    private readonly VectorKernels _kernels;

    internal ManagedAverage(ManagedEngine engine, IEnumerable<Parameter> parameters, double decay)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(decay);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(decay, 1);
        _kernels = engine.Kernels;
        _parameters = [.. parameters];
        _averages = [.. _parameters.Select(Copy)];
        _share = (float)(1 - decay);
    }

    public override void Update()
    {
        for (int p = 0; p < _parameters.Length; p++)
            _kernels.Average(_averages[p].Pointer, _parameters[p].ValueBuffer.Pointer, _share, _parameters[p].Shape.Count);

        // The averages' memory is used through pointers, which the garbage collector does not see.
        GC.KeepAlive(this);
    }

    public override void Swap()
    {
        for (int p = 0; p < _parameters.Length; p++)
        {
            Span<float> value = _parameters[p].Update();
            Span<float> average = _averages[p].Span[..value.Length];
            for (int i = 0; i < value.Length; i++)
                (value[i], average[i]) = (average[i], value[i]);
        }
    }

    private static AlignedBuffer Copy(Parameter parameter)
    {
        var buffer = new AlignedBuffer(parameter.Shape.Count);
        parameter.Value.CopyTo(buffer.Span);
        return buffer;
    }
}
