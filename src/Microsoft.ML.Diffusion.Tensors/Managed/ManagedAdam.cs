namespace Microsoft.ML.Diffusion.Tensors;

/// <summary>Adam (Kingma and Ba 2015, algorithm 1) with decoupled weight decay (Loshchilov and Hutter 2019, algorithm 2).</summary>
internal sealed unsafe class ManagedAdam : Optimizer
{
    /// <summary>Weights in a chunk.</summary>
    private const int ChunkSize = 16 * 1024;

    private readonly Parameter[] _parameters;
    private readonly AlignedBuffer[] _means;
    private readonly AlignedBuffer[] _squares;
    private readonly AdamOptions _options;
    private readonly VectorKernels _kernels;
    private readonly int _threads;

    internal ManagedAdam(ManagedEngine engine, IEnumerable<Parameter> parameters, AdamOptions options)
    {
        (_kernels, _threads) = (engine.Kernels, engine.Threads);
        _parameters = [.. parameters];
        _options = options;
        LearningRate = options.LearningRate;
        _means = [.. _parameters.Select(NewMoment)];
        _squares = [.. _parameters.Select(NewMoment)];
    }

    public override void Step()
    {
        Steps++;
        foreach (Parameter parameter in _parameters)
            parameter.GatherGradient();
        double correction1 = 1 - Math.Pow(_options.Beta1, Steps);
        double correction2 = 1 - Math.Pow(_options.Beta2, Steps);
        var work = new Work
        {
            Step = new AdamStep(
                ClipFactor(),
                (float)(1 - _options.Beta1),
                (float)(1 - _options.Beta2),
                (float)(LearningRate / correction1),
                (float)(1 / Math.Sqrt(correction2)),
                (float)_options.Epsilon,
                (float)(1 - (LearningRate * _options.WeightDecay))),
            Kernels = _kernels.Handle,
        };
        for (int p = 0; p < _parameters.Length; p++)
        {
            Parameter parameter = _parameters[p];
            if (!parameter.HasGradient)
                parameter.GradientBuffer.Clear();
            parameter.Update();
            work.Value = parameter.ValueBuffer.Pointer;
            work.Gradient = parameter.GradientBuffer.Pointer;
            work.Mean = _means[p].Pointer;
            work.Square = _squares[p].Pointer;
            work.Count = parameter.Shape.Count;
            WorkerPool.Shared.Run(_threads, (work.Count + ChunkSize - 1) / ChunkSize, &Chunk, &work);
            parameter.ZeroGradient();
        }

        // The moments' memory is used through pointers, which the garbage collector does not see.
        GC.KeepAlive(this);
    }

    private float ClipFactor()
    {
        if (_options.MaxGradientNorm <= 0)
            return 1;

        double squares = 0;
        foreach (Parameter parameter in _parameters)
        {
            if (!parameter.HasGradient)
                continue;
            int count = parameter.Shape.Count;
            float* g = parameter.GradientBuffer.Pointer;
            for (int start = 0; start < count; start += ChunkSize)
                squares += _kernels.Dot(g + start, g + start, Math.Min(ChunkSize, count - start));
        }

        double norm = Math.Sqrt(squares);
        return norm > _options.MaxGradientNorm ? (float)(_options.MaxGradientNorm / norm) : 1;
    }

    private static AlignedBuffer NewMoment(Parameter parameter)
    {
        var buffer = new AlignedBuffer(parameter.Shape.Count);
        buffer.Clear();
        return buffer;
    }

    private static void Chunk(void* state, int chunk)
    {
        var work = (Work*)state;
        int start = chunk * ChunkSize;
        VectorKernels.At(work->Kernels).Adam(
            work->Step, work->Value + start, work->Gradient + start, work->Mean + start, work->Square + start, Math.Min(ChunkSize, work->Count - start));
    }

    private struct Work
    {
        internal AdamStep Step;
        internal float* Value;
        internal float* Gradient;
        internal float* Mean;
        internal float* Square;
        internal int Count;
        internal int Kernels;
    }
}
