using Microsoft.ML.Data;
using Microsoft.ML.Diffusion.Series.Imputation;
using Microsoft.ML.Diffusion.Series.Methods.Linear;
using Microsoft.ML.Diffusion.Tests;

namespace Microsoft.ML.Diffusion.Series.Tests.Estimator;

public class SeriesPerRowTests
{
    private const float No = float.NaN;

    private static readonly MLContext s_ml = new(seed: 1);

    private static readonly Chart[] s_charts =
    [
        new() { Hours = [0, 1, 5], X = [10, No, 60], Y = [1, 1, No] },
        new() { Hours = [9, 3], X = [No, 20], Y = [No, No] },
        new() { Hours = [], X = [], Y = [] },
        new() { Hours = [2, float.NaN, 4, 3], X = [2, No, 4, No], Y = [No, No, 8, No] },
    ];

    [Fact]
    public void Vectors_of_any_length_are_filled_by_the_times_beside_them()
    {
        IDataView view = s_ml.Data.LoadFromEnumerable(s_charts);
        Chart[] filled = [.. s_ml.Data.CreateEnumerable<Chart>(Fit(view).Transform(view), reuseRowObject: false)];
        Assert.Equal([10, 20, 60], filled[0].X);
        Assert.Equal([1, 1, 1], filled[0].Y);
        Assert.Equal([20, 20], filled[1].X);
        Assert.Empty(filled[2].X);
        // A slot without time and values is no step; the mean of Y is (1 + 1 + 8) / 3.
        Assert.Equal([2, No, 4, 3], filled[3].X);
        Assert.Equal([8, No, 8, 8], filled[3].Y);
        Assert.All(filled[1].Y, value => Assert.Equal(10f / 3, value, 5));
    }

    [Fact]
    public void A_prediction_engine_fills_a_series_as_a_view_does()
    {
        IDataView view = s_ml.Data.LoadFromEnumerable(s_charts);
        ITransformer model = Fit(view);
        Chart[] filled = [.. s_ml.Data.CreateEnumerable<Chart>(model.Transform(view), reuseRowObject: false)];
        using PredictionEngine<Chart, Chart> engine = s_ml.Model.CreatePredictionEngine<Chart, Chart>(model);
        for (int i = 0; i < s_charts.Length; i++)
            Assert.Equal(filled[i].X, engine.Predict(s_charts[i]).X);
        using SeriesEngine<Chart> series = model.CreateSeriesEngine<Chart>(s_ml);
        Assert.Equal(filled.Select(chart => chart.Y), series.Complete(s_charts).Select(chart => chart.Y));
        Assert.Contains("whole series", Assert.Throws<InvalidOperationException>(
            () => series.Append(s_charts[0])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_an_order_column_steps_are_one_apart_and_annotations_are_carried_over()
    {
        IDataView view = s_ml.Data.LoadFromEnumerable(new[]
        {
            new Fixed { X = [1, No, No, 4] },
            new Fixed { X = [No, 2, 2, 2] },
        });
        IDataView named = s_ml.Transforms.Concatenate("Named", "X").Fit(view).Transform(view);
        IDataView filled = s_ml.Transforms.DiffusionImputeSeries(
            [new InputOutputColumnPair("Filled", "Named")], options: new() { Method = new LinearOptions() }).Fit(named).Transform(named);
        VBuffer<float>[] values = ColumnValues.Of<VBuffer<float>>(filled, "Filled");
        Assert.Equal([1, 2, 3, 4], values[0].DenseValues());
        Assert.Equal([2, 2, 2, 2], values[1].DenseValues());
        Assert.Equal(named.Schema["Named"].Type, filled.Schema["Filled"].Type);
        Assert.Equal(
            named.Schema["Named"].Annotations.Schema.Select(annotation => annotation.Name),
            filled.Schema["Filled"].Annotations.Schema.Select(annotation => annotation.Name));
    }

    private static DiffusionImputeSeriesTransformer Fit(IDataView view) => s_ml.Transforms
        .DiffusionImputeSeries(["X", "Y"], orderColumn: "Hours", options: new() { Method = new LinearOptions() }).Fit(view);

    private sealed class Chart
    {
        public float[] Hours { get; set; } = [];

        public float[] X { get; set; } = [];

        public float[] Y { get; set; } = [];
    }

    private sealed class Fixed
    {
        [VectorType(4)]
        public float[] X { get; set; } = [];
    }
}
