using Microsoft.ML;
using Microsoft.ML.Runtime;
using Microsoft.ML.Trainers.FastTree;
using Microsoft.ML.Trainers.FastTree.Learner;

[assembly: LoadableClass(typeof(FastTreeBinaryModelParameters), null, typeof(SignatureLoadModel),
    "FastTree binary", nameof(FastTreeBinaryModelParameters))]

namespace Microsoft.ML.Trainers.FastTree;

public sealed class FastTreeBinaryModelParameters : TreeEnsembleModelParametersBasedOnRegressionTree
{
    internal FastTreeBinaryModelParameters(IHostEnvironment env, TreeEnsemble ensemble)
        : base(env, nameof(FastTreeBinaryModelParameters), ensemble)
    {
    }

    private protected override VersionInfo Version => LoadVersion;

    private static VersionInfo LoadVersion => MakeVersion(typeof(FastTreeBinaryModelParameters), "FTREE BI");

    private static FastTreeBinaryModelParameters Create(IHostEnvironment env, ModelLoadContext ctx) =>
        new(env, LoadEnsemble(ctx, LoadVersion));
}
