using Microsoft.ML.Diffusion.Tensors;
using Scalar = TorchSharp.Scalar;

namespace Microsoft.ML.Diffusion.TorchSharp;

/// <summary>Adam (Kingma and Ba 2015, algorithm 1) with decoupled weight decay (Loshchilov and Hutter 2019, algorithm 2), over all
/// parameters
/// as one tensor: a step is the same dozen operations however many parameters there are, and waits for nothing.</summary>
/// <remarks>TorchSharp's own optimizers take every parameter by itself, in a dozen operations each, and have to be asked for the norm of
/// the
/// gradient on the host to clip it.</remarks>
internal sealed class TorchAdam : Optimizer
{
    private readonly TorchEngine _engine;
    private readonly Parameter[] _parameters;
    private readonly AdamOptions _options;
    private readonly torch.Tensor? _means;
    private readonly torch.Tensor? _squares;

    internal TorchAdam(TorchEngine engine, IEnumerable<Parameter> parameters, AdamOptions options)
    {
        (_engine, _parameters, _options) = (engine, [.. parameters], options);
        LearningRate = options.LearningRate;
        if (_parameters.Length == 0)
            return;
        torch.Tensor value = engine.Flatten(_parameters).Value;
        _means = engine.Keep(value.zeros_like());
        _squares = engine.Keep(value.zeros_like());
    }

    public override void Step()
    {
        Steps++;
        if (_means is null || _squares is null)
            return;
        TorchParameters parameters = _engine.Flatten(_parameters);
        using torch.Tensor gradient = parameters.TakeGradient();
        if (_options.MaxGradientNorm > 0)
            Clip(gradient);

        double correction1 = 1 - Math.Pow(_options.Beta1, Steps), correction2 = 1 - Math.Pow(_options.Beta2, Steps);
        using Scalar beta1 = (float)_options.Beta1, meanShare = (float)(1 - _options.Beta1);
        _means.Finish(_means.mul_(beta1));
        _means.Finish(_means.add_(gradient, meanShare));
        using Scalar beta2 = (float)_options.Beta2, squareShare = (float)(1 - _options.Beta2);
        _squares.Finish(_squares.mul_(beta2));
        _squares.Finish(_squares.addcmul_(gradient, gradient, squareShare));

        using torch.Tensor root = _squares.sqrt();
        using Scalar correction = (float)(1 / Math.Sqrt(correction2)), epsilon = (float)_options.Epsilon;
        root.Finish(root.mul_(correction));
        root.Finish(root.add_(epsilon));
        torch.Tensor value = parameters.Value;
        if (_options.WeightDecay > 0)
        {
            using Scalar keep = (float)(1 - (LearningRate * _options.WeightDecay));
            value.Finish(value.mul_(keep));
        }

        using Scalar step = (float)(-LearningRate / correction1);
        value.Finish(value.addcdiv_(_means, root, step));
        parameters.CountChange();
    }

    public override void Save(BinaryWriter writer)
    {
        writer.Write(Steps);
        if (_means is null || _squares is null)
            return;
        Transfer.Save(_means, writer);
        Transfer.Save(_squares, writer);
    }

    public override void Load(BinaryReader reader)
    {
        Steps = reader.ReadInt64();
        if (_means is null || _squares is null)
            return;
        Transfer.Load(reader, _means);
        Transfer.Load(reader, _squares);
    }

    /// <summary>Shortens a gradient that is too long, without asking the device how long it is.</summary>
    private void Clip(torch.Tensor gradient)
    {
        using Scalar longest = (float)_options.MaxGradientNorm, one = 1f, least = 1e-30f;
        using torch.Tensor norm = gradient.norm(), positive = norm.clamp_min(least), inverse = positive.reciprocal(), factor = inverse.mul(longest);
        using torch.Tensor shortened = factor.clamp_max(one);
        gradient.Finish(gradient.mul_(shortened));
    }
}
