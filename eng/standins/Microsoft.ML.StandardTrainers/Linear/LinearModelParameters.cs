using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Trainers;

// A score that is linear in the features.
public abstract class LinearModelParameters : ModelParametersBase<float>, IScorer
{
    private readonly float[] _weights;

    private protected LinearModelParameters(IHostEnvironment env, string name, float[] weights, float bias) : base(env, name)
    {
        _weights = weights;
        Bias = bias;
    }

    public IReadOnlyList<float> Weights => _weights;

    public float Bias { get; protected set; }

    int IScorer.ScoreCount => 1;

    void IScorer.Score(in VBuffer<float> features, Span<float> scores) =>
        scores[0] = LinearFunction.Score(_weights, Bias, features);

    private protected abstract VersionInfo Version { get; }

    private protected sealed override void SaveCore(ModelSaveContext ctx)
    {
        ctx.CheckAtModel();
        ctx.SetVersionInfo(Version);
        LinearFunction.Save(ctx.Writer, _weights, Bias);
    }
}

// A number as a linear function.
public abstract class RegressionModelParameters : LinearModelParameters
{
    private protected RegressionModelParameters(IHostEnvironment env, string name, float[] weights, float bias)
        : base(env, name, weights, bias)
    {
    }
}
