using Microsoft.ML;
using Microsoft.ML.Runtime;
using Microsoft.ML.Trainers.FastTree;
using Microsoft.ML.Trainers.FastTree.Learner;

[assembly: LoadableClass(typeof(FastForestBinaryModelParameters), null, typeof(SignatureLoadModel),
    "FastForest binary", nameof(FastForestBinaryModelParameters))]

namespace Microsoft.ML.Trainers.FastTree;

public sealed class FastForestBinaryModelParameters : TreeEnsembleModelParametersBasedOnQuantileRegressionTree
{
    internal FastForestBinaryModelParameters(IHostEnvironment env, TreeEnsemble ensemble)
        : base(env, nameof(FastForestBinaryModelParameters), ensemble)
    {
    }

    private protected override VersionInfo Version => LoadVersion;

    private static VersionInfo LoadVersion => MakeVersion(typeof(FastForestBinaryModelParameters), "FFORE BI");

    private static FastForestBinaryModelParameters Create(IHostEnvironment env, ModelLoadContext ctx) =>
        new(env, LoadEnsemble(ctx, LoadVersion));
}
