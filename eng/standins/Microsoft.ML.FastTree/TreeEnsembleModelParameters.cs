using System.Buffers;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Trainers.FastTree.Learner;

namespace Microsoft.ML.Trainers.FastTree;

// A trained tree ensemble.
public abstract class TreeEnsembleModelParameters : ModelParametersBase<float>, IScorer
{
    private readonly TreeEnsemble _ensemble;

    private protected TreeEnsembleModelParameters(IHostEnvironment env, string name, TreeEnsemble ensemble)
        : base(env, name) => _ensemble = ensemble;

    int IScorer.ScoreCount => 1;

    void IScorer.Score(in VBuffer<float> features, Span<float> scores) => Score(_ensemble, features, scores);

    private protected abstract VersionInfo Version { get; }

    private protected sealed override void SaveCore(ModelSaveContext ctx)
    {
        ctx.CheckAtModel();
        ctx.SetVersionInfo(Version);
        _ensemble.Save(ctx.Writer);
    }

    private protected static VersionInfo MakeVersion(Type model, string signature) =>
        new(signature, 1, 1, 1, model.Assembly.FullName, model.Name);

    private protected static TreeEnsemble LoadEnsemble(ModelLoadContext ctx, VersionInfo version)
    {
        ctx.CheckAtModel(version);
        return TreeEnsemble.Load(ctx.Reader);
    }

    private static void Score(TreeEnsemble ensemble, in VBuffer<float> features, Span<float> scores)
    {
        if (features.IsDense)
        {
            scores[0] = ensemble.Score(features.GetValues());
            return;
        }
        float[] dense = ArrayPool<float>.Shared.Rent(features.Length);
        features.CopyTo(dense);
        scores[0] = ensemble.Score(dense);
        ArrayPool<float>.Shared.Return(dense);
    }
}

public abstract class TreeEnsembleModelParametersBasedOnRegressionTree : TreeEnsembleModelParameters
{
    private protected TreeEnsembleModelParametersBasedOnRegressionTree(IHostEnvironment env, string name, TreeEnsemble ensemble)
        : base(env, name, ensemble)
    {
    }
}

public abstract class TreeEnsembleModelParametersBasedOnQuantileRegressionTree : TreeEnsembleModelParameters
{
    private protected TreeEnsembleModelParametersBasedOnQuantileRegressionTree(IHostEnvironment env, string name, TreeEnsemble ensemble)
        : base(env, name, ensemble)
    {
    }
}
