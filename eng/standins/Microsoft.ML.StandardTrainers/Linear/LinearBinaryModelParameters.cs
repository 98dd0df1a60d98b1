using Microsoft.ML;
using Microsoft.ML.Runtime;
using Microsoft.ML.Trainers;

[assembly: LoadableClass(typeof(LinearBinaryModelParameters), null, typeof(SignatureLoadModel),
    "Linear binary", nameof(LinearBinaryModelParameters))]

namespace Microsoft.ML.Trainers;

public sealed class LinearBinaryModelParameters : LinearModelParameters
{
    internal LinearBinaryModelParameters(IHostEnvironment env, float[] weights, float bias)
        : base(env, nameof(LinearBinaryModelParameters), weights, bias)
    {
    }

    private protected override VersionInfo Version => LoadVersion;

    private static VersionInfo LoadVersion =>
        new("LIN BINA", 1, 1, 1, typeof(LinearBinaryModelParameters).Assembly.FullName, nameof(LinearBinaryModelParameters));

    private static LinearBinaryModelParameters Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckAtModel(LoadVersion);
        (float[] weights, float bias) = LinearFunction.Load(ctx.Reader);
        return new(env, weights, bias);
    }
}
