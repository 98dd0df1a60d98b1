using Microsoft.ML;
using Microsoft.ML.Runtime;
using Microsoft.ML.Trainers.FastTree;
using Microsoft.ML.Trainers.FastTree.Learner;
using Microsoft.ML.Trainers.LightGbm;

[assembly: LoadableClass(typeof(LightGbmRegressionModelParameters), null, typeof(SignatureLoadModel),
    "LightGBM regression", nameof(LightGbmRegressionModelParameters))]

namespace Microsoft.ML.Trainers.LightGbm;

public sealed class LightGbmRegressionModelParameters : TreeEnsembleModelParametersBasedOnRegressionTree
{
    internal LightGbmRegressionModelParameters(IHostEnvironment env, TreeEnsemble ensemble)
        : base(env, nameof(LightGbmRegressionModelParameters), ensemble)
    {
    }

    private protected override VersionInfo Version => LoadVersion;

    private static VersionInfo LoadVersion => MakeVersion(typeof(LightGbmRegressionModelParameters), "LGBM REG");

    private static LightGbmRegressionModelParameters Create(IHostEnvironment env, ModelLoadContext ctx) =>
        new(env, LoadEnsemble(ctx, LoadVersion));
}
