using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Trainers;

[assembly: LoadableClass(typeof(OneVersusAllModelParameters), null, typeof(SignatureLoadModel),
    "One model a class", nameof(OneVersusAllModelParameters))]

namespace Microsoft.ML.Trainers;

// One model a class; the probabilities are the softmax of their scores.
public sealed class OneVersusAllModelParameters : ModelParametersBase<VBuffer<float>>, IScorer
{
    private readonly IScorer[] _models;

    internal OneVersusAllModelParameters(IHostEnvironment env, IScorer[] models)
        : base(env, nameof(OneVersusAllModelParameters)) => _models = models;

    int IScorer.ScoreCount => _models.Length;

    void IScorer.Score(in VBuffer<float> features, Span<float> scores)
    {
        for (int k = 0; k < _models.Length; k++)
            _models[k].Score(features, scores.Slice(k, 1));
        Softmax.Apply(scores);
    }

    private protected override void SaveCore(ModelSaveContext ctx)
    {
        ctx.CheckAtModel();
        ctx.SetVersionInfo(Version);
        ctx.Writer.Write(_models.Length);
        for (int k = 0; k < _models.Length; k++)
            ctx.SaveModel(_models[k], ModelFolder(k));
    }

    private static VersionInfo Version =>
        new("ONE VALL", 1, 1, 1, typeof(OneVersusAllModelParameters).Assembly.FullName, nameof(OneVersusAllModelParameters));

    private static OneVersusAllModelParameters Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckAtModel(Version);
        var models = new IScorer[ctx.Reader.ReadInt32()];
        for (int k = 0; k < models.Length; k++)
            ctx.LoadModel<IScorer, SignatureLoadModel>(env, out models[k], ModelFolder(k));
        return new(env, models);
    }

    private static string ModelFolder(int k) => $"Model_{k:D3}";
}
