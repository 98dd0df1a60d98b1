using Microsoft.ML.Diffusion.Series.Data;
using Microsoft.ML.Diffusion.Series.Imputation;
using Microsoft.ML.Diffusion.Series.Methods;
using Microsoft.ML.Diffusion.Series.Views;

namespace Microsoft.ML.Diffusion.Evaluation.SeriesImputation;

/// <summary>The simple methods that everything is held against, trained on the series with holes.</summary>
internal sealed class SeriesBaselines
{
    private readonly StepRows _holed;
    private readonly SeriesImputer[] _imputers;

    /// <param name="holed">The series with holes.</param>
    /// <param name="variables">How many variables they have.</param>
    /// <param name="cancel">Stops the training.</param>
    public SeriesBaselines(StepRows holed, int variables, CancellationToken cancel)
    {
        _holed = holed;
        SeriesTable table = new(
            variables, [.. Enumerable.Range(0, holed.GroupCount).Select(group => holed.SeriesOf(group, SeriesDirection.Smooth))]);
        _imputers = [.. Names.Select(name => SeriesImputationMethods.Find(name)!)
            .Select(method => method.Train(table, method.NewOptions(), cancel: cancel))];
    }

    /// <summary>Their names.</summary>
    public static IReadOnlyList<string> Names { get; } = ["mean", "forward", "linear"];

    /// <summary>Fills a series.</summary>
    /// <returns>For each method its cells, step after step.</returns>
    public double[][] Fill(int group)
    {
        var series = _holed.SeriesOf(group, SeriesDirection.Smooth);
        double[][] filled = new double[_imputers.Length][];
        for (int i = 0; i < filled.Length; i++)
        {
            filled[i] = new double[series.Cells.Length];
            _imputers[i].Impute(series, filled[i]);
        }

        return filled;
    }
}
