using Microsoft.ML.Diffusion.Tensors;
using Scalar = TorchSharp.Scalar;

namespace Microsoft.ML.Diffusion.TorchSharp;

/// <summary>A moving average of weights, kept on the device beside them.</summary>
internal sealed class TorchAverage : ExponentialMovingAverage
{
    private readonly TorchEngine _engine;
    private readonly Parameter[] _parameters;
    private readonly double _decay;
    private readonly torch.Tensor? _average;

    internal TorchAverage(TorchEngine engine, IEnumerable<Parameter> parameters, double decay)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(decay);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(decay, 1);
        (_engine, _parameters, _decay) = (engine, [.. parameters], decay);
        if (_parameters.Length > 0)
            _average = engine.Keep(engine.Flatten(_parameters).Value.clone());
    }

    public override void Update()
    {
        if (_average is null)
            return;
        using Scalar decay = (float)_decay, share = (float)(1 - _decay);
        _average.Finish(_average.mul_(decay));
        _average.Finish(_average.add_(_engine.Flatten(_parameters).Value, share));
    }

    public override void Save(BinaryWriter writer)
    {
        if (_average is not null)
            Transfer.Save(_average, writer);
    }

    public override void Load(BinaryReader reader)
    {
        if (_average is not null)
            Transfer.Load(reader, _average);
    }

    public override void Swap()
    {
        if (_average is null)
            return;
        TorchParameters parameters = _engine.Flatten(_parameters);
        using torch.Tensor weights = parameters.Value.clone();
        parameters.Value.Finish(parameters.Value.copy_(_average));
        _average.Finish(_average.copy_(weights));
        parameters.CountChange();
    }
}
