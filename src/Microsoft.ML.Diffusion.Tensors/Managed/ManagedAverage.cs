using System.Runtime.CompilerServices;

namespace Microsoft.ML.Diffusion.Tensors;

/// <summary>A moving average of weights, kept beside them.</summary>
internal sealed unsafe class ManagedAverage : ExponentialMovingAverage
{
    private readonly Parameter[] _parameters;
    private readonly AlignedBuffer[] _averages;
    private readonly float _share;
    private readonly VectorWidth _vectors;

    internal ManagedAverage(ManagedEngine engine, IEnumerable<Parameter> parameters, double decay)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(decay);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(decay, 1);
        _vectors = engine.Vectors;
        _parameters = [.. parameters];
        _averages = [.. _parameters.Select(Copy)];
        _share = (float)(1 - decay);
    }

    public override void Update()
    {
        for (int p = 0; p < _parameters.Length; p++)
        {
            var kernel = new AverageKernel
            {
                Average = _averages[p].Pointer, Value = _parameters[p].ValueBuffer.Pointer, Share = _share,
                Count = _parameters[p].Shape.Count,
            };
            _vectors.Run(ref kernel);
        }

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

    public override void Save(BinaryWriter writer)
    {
        for (int p = 0; p < _parameters.Length; p++)
            RawValues.Write(writer, Average(p));
    }

    public override void Load(BinaryReader reader)
    {
        for (int p = 0; p < _parameters.Length; p++)
            RawValues.Read(reader, Average(p));
    }

    private Span<float> Average(int parameter) => _averages[parameter].Span[.._parameters[parameter].Shape.Count];

    private static AlignedBuffer Copy(Parameter parameter)
    {
        var buffer = new AlignedBuffer(parameter.Shape.Count);
        parameter.Value.CopyTo(buffer.Span);
        return buffer;
    }

    /// <summary>average += share (value - average); lane i of a block is one weight.</summary>
    private struct AverageKernel : IKernel
    {
        private const int Block = ILanes<float>.Count;

        internal float* Average;
        internal float* Value;
        internal float Share;
        internal int Count;

        [MethodImpl(IKernel.Loop)]
        public readonly void Run<TLanes, T>(int chunk)
            where TLanes : struct, ILanes<T>
            where T : struct
        {
            T share = TLanes.Create(Share);
            float* average = Average, value = Value;
            int i = 0, n = Count;
            for (; i <= n - Block; i += Block)
                OfBlock<TLanes, T>(average + i, value + i, Block, share);
            if (i < n)
                OfBlock<TLanes, T>(average + i, value + i, n - i, share);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void OfBlock<TLanes, T>(float* average, float* value, int count, T share)
            where TLanes : struct, ILanes<T>
            where T : struct
        {
            T a = TLanes.Load(average, count);
            TLanes.Store(average, TLanes.MultiplyAdd(share, TLanes.Subtract(TLanes.Load(value, count), a), a), count);
        }
    }
}
