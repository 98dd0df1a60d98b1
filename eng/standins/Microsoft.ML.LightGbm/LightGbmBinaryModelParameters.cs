using Microsoft.ML;
using Microsoft.ML.Runtime;
using Microsoft.ML.Trainers.FastTree;
using Microsoft.ML.Trainers.FastTree.Learner;
using Microsoft.ML.Trainers.LightGbm;

[assembly: LoadableClass(typeof(LightGbmBinaryModelParameters), null, typeof(SignatureLoadModel),
    "LightGBM binary", nameof(LightGbmBinaryModelParameters))]

namespace Microsoft.ML.Trainers.LightGbm;

public sealed class LightGbmBinaryModelParameters : TreeEnsembleModelParametersBasedOnRegressionTree
{
    internal LightGbmBinaryModelParameters(IHostEnvironment env, TreeEnsemble ensemble)
        : base(env, nameof(LightGbmBinaryModelParameters), ensemble)
    {
    }

    private protected override VersionInfo Version => LoadVersion;

    private static VersionInfo LoadVersion => MakeVersion(typeof(LightGbmBinaryModelParameters), "LGBM BIN");

    private static LightGbmBinaryModelParameters Create(IHostEnvironment env, ModelLoadContext ctx) =>
        new(env, LoadEnsemble(ctx, LoadVersion));
}
