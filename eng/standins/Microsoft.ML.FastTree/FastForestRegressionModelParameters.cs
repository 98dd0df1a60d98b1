using Microsoft.ML;
using Microsoft.ML.Runtime;
using Microsoft.ML.Trainers.FastTree;
using Microsoft.ML.Trainers.FastTree.Learner;

[assembly: LoadableClass(typeof(FastForestRegressionModelParameters), null, typeof(SignatureLoadModel),
    "FastForest regression", nameof(FastForestRegressionModelParameters))]

namespace Microsoft.ML.Trainers.FastTree;

public sealed class FastForestRegressionModelParameters : TreeEnsembleModelParametersBasedOnQuantileRegressionTree
{
    internal FastForestRegressionModelParameters(IHostEnvironment env, TreeEnsemble ensemble)
        : base(env, nameof(FastForestRegressionModelParameters), ensemble)
    {
    }

    private protected override VersionInfo Version => LoadVersion;

    private static VersionInfo LoadVersion => MakeVersion(typeof(FastForestRegressionModelParameters), "FFORE RE");

    private static FastForestRegressionModelParameters Create(IHostEnvironment env, ModelLoadContext ctx) =>
        new(env, LoadEnsemble(ctx, LoadVersion));
}
