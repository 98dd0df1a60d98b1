using System.Runtime.CompilerServices;

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
    private readonly VectorWidth _vectors;
    private readonly int _threads;

    internal ManagedAdam(ManagedEngine engine, IEnumerable<Parameter> parameters, AdamOptions options)
    {
        (_vectors, _threads) = (engine.Vectors, engine.Threads);
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
        var kernel = new AdamKernel
        {
            GradientScale = ClipFactor(),
            MeanShare = (float)(1 - _options.Beta1),
            SquareShare = (float)(1 - _options.Beta2),
            StepSize = (float)(LearningRate / correction1),
            RootCorrection = (float)(1 / Math.Sqrt(correction2)),
            Epsilon = (float)_options.Epsilon,
            Keep = (float)(1 - (LearningRate * _options.WeightDecay)),
        };
        for (int p = 0; p < _parameters.Length; p++)
        {
            Parameter parameter = _parameters[p];
            if (!parameter.HasGradient)
                parameter.GradientBuffer.Clear();
            parameter.Update();
            kernel.Value = parameter.ValueBuffer.Pointer;
            kernel.Gradient = parameter.GradientBuffer.Pointer;
            kernel.Mean = _means[p].Pointer;
            kernel.Square = _squares[p].Pointer;
            kernel.Count = parameter.Shape.Count;
            _vectors.Run(ref kernel, (kernel.Count + ChunkSize - 1) / ChunkSize, _threads);
            parameter.ZeroGradient();
        }

        // The moments' memory is used through pointers, which the garbage collector does not see.
        GC.KeepAlive(this);
    }

    public override void Save(BinaryWriter writer)
    {
        writer.Write(Steps);
        for (int p = 0; p < _parameters.Length; p++)
        {
            RawValues.Write(writer, Moment(_means, p));
            RawValues.Write(writer, Moment(_squares, p));
        }
    }

    public override void Load(BinaryReader reader)
    {
        Steps = reader.ReadInt64();
        for (int p = 0; p < _parameters.Length; p++)
        {
            RawValues.Read(reader, Moment(_means, p));
            RawValues.Read(reader, Moment(_squares, p));
        }
    }

    private Span<float> Moment(AlignedBuffer[] moments, int parameter) => moments[parameter].Span[.._parameters[parameter].Shape.Count];

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
            {
                var kernel = new SquaresKernel { X = g + start, Count = Math.Min(ChunkSize, count - start) };
                _vectors.Run(ref kernel);
                squares += kernel.Sum;
            }
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

    private struct SquaresKernel : IKernel
    {
        internal float* X;
        internal int Count;

        /// <summary>Receives the sum of squares.</summary>
        internal float Sum;

        [MethodImpl(IKernel.Loop)]
        public void Run<TLanes, T>(int chunk)
            where TLanes : struct, ILanes<T>
            where T : struct => Sum = Loops<TLanes, T>.Dot(X, X, Count);
    }

    /// <summary>One step for every weight of one parameter; lane i of a block is one weight, with its gradient and its moments.</summary>
    private struct AdamKernel : IKernel
    {
        private const int Block = ILanes<float>.Count;

        /// <summary>What each gradient is multiplied by (clipping).</summary>
        internal float GradientScale;

        /// <summary>1 - beta1.</summary>
        internal float MeanShare;

        /// <summary>1 - beta2.</summary>
        internal float SquareShare;

        /// <summary>The learning rate over the bias correction of the mean.</summary>
        internal float StepSize;

        /// <summary>The root of the bias correction of the square, inverted.</summary>
        internal float RootCorrection;

        /// <summary>Added to the root.</summary>
        internal float Epsilon;

        /// <summary>What each weight is multiplied by (weight decay).</summary>
        internal float Keep;
        internal float* Value;
        internal float* Gradient;
        internal float* Mean;
        internal float* Square;
        internal int Count;

        [MethodImpl(IKernel.Loop)]
        public readonly void Run<TLanes, T>(int chunk)
            where TLanes : struct, ILanes<T>
            where T : struct
        {
            T scale = TLanes.Create(GradientScale), meanShare = TLanes.Create(MeanShare), squareShare = TLanes.Create(SquareShare);
            T minusStep = TLanes.Create(-StepSize), root = TLanes.Create(RootCorrection), epsilon = TLanes.Create(Epsilon);
            T keep = TLanes.Create(Keep);
            float* value = Value, gradient = Gradient, mean = Mean, square = Square;
            int i = chunk * ChunkSize, end = Math.Min(i + ChunkSize, Count);
            for (; i < end; i += Block)
            {
                // The last block may be shorter: its other lanes are zeros, and are not stored.
                int count = end - i < Block ? end - i : Block;
                T g = TLanes.Multiply(TLanes.Load(gradient + i, count), scale);
                T m = TLanes.Load(mean + i, count);
                T v = TLanes.Load(square + i, count);
                m = TLanes.MultiplyAdd(meanShare, TLanes.Subtract(g, m), m);
                v = TLanes.MultiplyAdd(squareShare, TLanes.Subtract(TLanes.Multiply(g, g), v), v);
                T change = TLanes.Divide(m, TLanes.MultiplyAdd(TLanes.Sqrt(v), root, epsilon));
                T w = TLanes.MultiplyAdd(minusStep, change, TLanes.Multiply(TLanes.Load(value + i, count), keep));
                TLanes.Store(mean + i, m, count);
                TLanes.Store(square + i, v, count);
                TLanes.Store(value + i, w, count);
            }
        }
    }
}
