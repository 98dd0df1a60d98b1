using Microsoft.ML;
using Microsoft.ML.Runtime;
using Microsoft.ML.Trainers;

[assembly: LoadableClass(typeof(LinearRegressionModelParameters), null, typeof(SignatureLoadModel),
    "Linear regression", nameof(LinearRegressionModelParameters))]

namespace Microsoft.ML.Trainers;

public sealed class LinearRegressionModelParameters : RegressionModelParameters
{
    internal LinearRegressionModelParameters(IHostEnvironment env, float[] weights, float bias)
        : base(env, nameof(LinearRegressionModelParameters), weights, bias)
    {
    }

    private protected override VersionInfo Version => LoadVersion;

    private static VersionInfo LoadVersion =>
        new("LIN REGR", 1, 1, 1, typeof(LinearRegressionModelParameters).Assembly.FullName, nameof(LinearRegressionModelParameters));

    private static LinearRegressionModelParameters Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckAtModel(LoadVersion);
        (float[] weights, float bias) = LinearFunction.Load(ctx.Reader);
        return new(env, weights, bias);
    }
}
