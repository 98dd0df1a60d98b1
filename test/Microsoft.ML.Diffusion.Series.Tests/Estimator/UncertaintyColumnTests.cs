using Microsoft.ML.Diffusion.Series.Methods.Smoother;
using Microsoft.ML.Diffusion.Tests;

namespace Microsoft.ML.Diffusion.Series.Tests.Estimator;

public class UncertaintyColumnTests
{
    private static readonly List<Observation> s_rows = Observation.Make(40);

    [Fact]
    public void Intervals_are_around_what_was_filled_and_certain_where_a_value_was()
    {
        var ml = new MLContext(seed: 1);
        IDataView view = ml.Data.LoadFromEnumerable(s_rows);
        DiffusionImputeSeriesEstimator estimator = ml.Transforms.DiffusionImputeSeries(["HR", "Lactate"], "Patient", "Hour", new()
        {
            Method = new SmootherOptions { Steps = 5 },
            UncertaintyColumns = true,
            MaxGap = 6,
        });
        DiffusionImputeSeriesTransformer model = estimator.Fit(view);
        IDataView filled = model.Transform(view);
        Assert.Equal(
            Shape.Of(filled).Select(column => $"{column.Name} {column.ItemType}").Order(StringComparer.Ordinal),
            estimator.GetOutputSchema(Shape.Of(view)).Select(column => $"{column.Name} {column.ItemType}").Order(StringComparer.Ordinal));
        float[] values = ColumnValues.Of<float>(filled, "HR"), lower = ColumnValues.Of<float>(filled, "HR.Lower");
        float[] upper = ColumnValues.Of<float>(filled, "HR.Upper"), deviation = ColumnValues.Of<float>(filled, "HR.StandardDeviation");
        Assert.Equal(s_rows.Count, ColumnValues.Of<double>(filled, "Lactate.StandardDeviation").Length);
        int left = 0, made = 0;
        for (int i = 0; i < values.Length; i++)
        {
            if (!float.IsNaN(s_rows[i].HR))
            {
                Assert.Equal((s_rows[i].HR, s_rows[i].HR, 0), (lower[i], upper[i], deviation[i]));
            }
            else if (float.IsNaN(values[i]))
            {
                left++;
                Assert.True(float.IsNaN(lower[i]) && float.IsNaN(upper[i]) && float.IsNaN(deviation[i]));
            }
            else
            {
                made++;
                Assert.True(lower[i] <= values[i] && values[i] <= upper[i] && deviation[i] > 0);
            }
        }
        Assert.True(made > 50 && left > 0, $"{made} filled, {left} left.");
        Assert.Null(model.WithMode(Models.Imputation.ImputationMode.Draw).GetOutputSchema(view.Schema).GetColumnOrNull("HR.Lower"));
    }
}
