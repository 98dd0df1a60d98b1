using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Trainers;

[assembly: LoadableClass(typeof(MaximumEntropyModelParameters), null, typeof(SignatureLoadModel),
    "Maximum entropy", nameof(MaximumEntropyModelParameters))]

namespace Microsoft.ML.Trainers;

// Classes whose scores are linear in the features.
public abstract class LinearMulticlassModelParametersBase : ModelParametersBase<VBuffer<float>>
{
    private protected LinearMulticlassModelParametersBase(IHostEnvironment env, string name, (float[] Weights, float Bias)[] classes)
        : base(env, name) =>
        Classes = classes;

    private protected (float[] Weights, float Bias)[] Classes { get; }
}

// The softmax of such scores.
public sealed class MaximumEntropyModelParameters : LinearMulticlassModelParametersBase, IScorer
{
    internal MaximumEntropyModelParameters(IHostEnvironment env, (float[] Weights, float Bias)[] classes)
        : base(env, nameof(MaximumEntropyModelParameters), classes)
    {
    }

    int IScorer.ScoreCount => Classes.Length;

    void IScorer.Score(in VBuffer<float> features, Span<float> scores)
    {
        for (int k = 0; k < Classes.Length; k++)
            scores[k] = LinearFunction.Score(Classes[k].Weights, Classes[k].Bias, features);
        Softmax.Apply(scores);
    }

    private protected override void SaveCore(ModelSaveContext ctx)
    {
        ctx.CheckAtModel();
        ctx.SetVersionInfo(Version);
        ctx.Writer.Write(Classes.Length);
        foreach ((float[] weights, float bias) in Classes)
            LinearFunction.Save(ctx.Writer, weights, bias);
    }

    private static VersionInfo Version =>
        new("MAX ENTR", 1, 1, 1, typeof(MaximumEntropyModelParameters).Assembly.FullName, nameof(MaximumEntropyModelParameters));

    private static MaximumEntropyModelParameters Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckAtModel(Version);
        var classes = new (float[], float)[ctx.Reader.ReadInt32()];
        for (int k = 0; k < classes.Length; k++)
            classes[k] = LinearFunction.Load(ctx.Reader);
        return new(env, classes);
    }
}
