using Microsoft.ML;
using Microsoft.ML.Calibrators;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

[assembly: LoadableClass(typeof(PlattCalibrator), null, typeof(SignatureLoadModel), "Platt calibrator", PlattCalibrator.LoaderSignature)]
[assembly: LoadableClass(typeof(ICanSaveModel), typeof(CalibratedModelParameters), null, typeof(SignatureLoadModel),
    "Calibrated model", CalibratedModelParameters.LoaderSignature)]

namespace Microsoft.ML.Calibrators;

// Turns a score into a probability.
public interface ICalibrator
{
    float PredictProbability(float output);
}

// Logistic in the score: P = 1 / (1 + exp(Slope * score + Offset)) (Platt 1999).
public sealed class PlattCalibrator : ICalibrator, ICanSaveModel
{
    internal const string LoaderSignature = "PlattCali";

    internal PlattCalibrator(IHostEnvironment env, double slope, double offset)
    {
        Slope = slope;
        Offset = offset;
    }

    public double Slope { get; }
    public double Offset { get; }

    public float PredictProbability(float output) => (float)(1 / (1 + Math.Exp(Slope * output + Offset)));

    private static VersionInfo Version => new("CAL PLAT", 1, 1, 1, typeof(PlattCalibrator).Assembly.FullName, LoaderSignature);

    private static PlattCalibrator Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckAtModel(Version);
        return new PlattCalibrator(env, ctx.Reader.ReadDouble(), ctx.Reader.ReadDouble());
    }

    void ICanSaveModel.Save(ModelSaveContext ctx)
    {
        ctx.SetVersionInfo(Version);
        ctx.Writer.Write(Slope);
        ctx.Writer.Write(Offset);
    }
}

public abstract class CalibratedModelParametersBase
{
    private protected CalibratedModelParametersBase(object subModel, ICalibrator calibrator)
    {
        SubModel = subModel;
        Calibrator = calibrator;
    }

    public object SubModel { get; }
    public ICalibrator Calibrator { get; }
}

// A model together with the calibrator of its scores.
public abstract class CalibratedModelParametersBase<TSubModel, TCalibrator> : CalibratedModelParametersBase
    where TSubModel : class
    where TCalibrator : class, ICalibrator
{
    private protected CalibratedModelParametersBase(TSubModel subModel, TCalibrator calibrator) : base(subModel, calibrator) { }

    public new TSubModel SubModel => (TSubModel)base.SubModel;
    public new TCalibrator Calibrator => (TCalibrator)base.Calibrator;
}

internal sealed class CalibratedModelParameters<TSubModel, TCalibrator>(TSubModel subModel, TCalibrator calibrator)
    : CalibratedModelParametersBase<TSubModel, TCalibrator>(subModel, calibrator), ICanSaveModel, IProbabilityScorer
    where TSubModel : class
    where TCalibrator : class, ICalibrator
{
    private readonly IScorer _scorer = (IScorer)subModel;

    public int ScoreCount => 1;
    public void Score(in VBuffer<float> features, Span<float> scores) => _scorer.Score(features, scores);
    public float GetProbability(float score) => Calibrator.PredictProbability(score);

    void ICanSaveModel.Save(ModelSaveContext ctx)
    {
        ctx.SetVersionInfo(CalibratedModelParameters.Version);
        ctx.SaveModel(SubModel, "Predictor");
        ctx.SaveModel(Calibrator, "Calibrator");
    }
}

internal static class CalibratedModelParameters
{
    internal const string LoaderSignature = "CaliPredExec";

    internal static VersionInfo Version => new("CALIPRED", 1, 1, 1, typeof(CalibratedModelParameters).Assembly.FullName, LoaderSignature);

    private static ICanSaveModel Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckAtModel(Version);
        ctx.LoadModel<ICanSaveModel, SignatureLoadModel>(env, out ICanSaveModel model, "Predictor");
        ctx.LoadModel<ICalibrator, SignatureLoadModel>(env, out ICalibrator calibrator, "Calibrator");
        return (ICanSaveModel)Activator.CreateInstance(
            typeof(CalibratedModelParameters<,>).MakeGenericType(model.GetType(), calibrator.GetType()), model, calibrator);
    }
}
