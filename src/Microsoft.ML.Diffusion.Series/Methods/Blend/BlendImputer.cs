using Microsoft.ML.Diffusion.Series.Calibration;
using Microsoft.ML.Diffusion.Series.Imputation;
using Microsoft.ML.Diffusion.Series.Methods.Smoother;

namespace Microsoft.ML.Diffusion.Series.Methods.Blend;

/// <summary>Fills series with what a smoother says, corrected by trees.</summary>
internal sealed class BlendImputer(
    SmootherModel model, CorrectedSmoother corrected, ScoreQuantiles scores, double step, int statics, SeriesDirection direction)
    : SmoothedImputer(model, scores, statics, direction)
{
    public override SeriesImputationMethod Method => BlendImputation.Instance;

    internal override int StepsBehind => CellFeatures.Around;

    protected override bool NeedsVariances => true;

    internal override void Guess(SmoothedSeries series, ReadOnlySpan<int> cells, Span<double> numbers, Span<double> deviations) =>
        corrected.Predict(series, cells, numbers, deviations);

    private protected override void SaveContent(BinaryWriter writer)
    {
        writer.Write((byte)Direction);
        writer.Write(Statics);
        writer.Write(step);
        Model.Save(writer);
        corrected.Save(writer);
        Scores.Save(writer);
    }
}
