using Microsoft.ML;
using Microsoft.ML.Runtime;
using Microsoft.ML.Trainers.FastTree;
using Microsoft.ML.Trainers.FastTree.Learner;

[assembly: LoadableClass(typeof(FastTreeRegressionModelParameters), null, typeof(SignatureLoadModel),
    "FastTree regression", nameof(FastTreeRegressionModelParameters))]

namespace Microsoft.ML.Trainers.FastTree;

public sealed class FastTreeRegressionModelParameters : TreeEnsembleModelParametersBasedOnRegressionTree
{
    internal FastTreeRegressionModelParameters(IHostEnvironment env, TreeEnsemble ensemble)
        : base(env, nameof(FastTreeRegressionModelParameters), ensemble)
    {
    }

    private protected override VersionInfo Version => LoadVersion;

    private static VersionInfo LoadVersion => MakeVersion(typeof(FastTreeRegressionModelParameters), "FTREE RE");

    private static FastTreeRegressionModelParameters Create(IHostEnvironment env, ModelLoadContext ctx) =>
        new(env, LoadEnsemble(ctx, LoadVersion));
}
