using Microsoft.ML.Data;
using Microsoft.ML.Diffusion.Models.Imputation;
using Microsoft.ML.Diffusion.Models.Methods.MeanMode;
using Microsoft.ML.Diffusion.Tests.Conformance;

namespace Microsoft.ML.Diffusion.Tests.Imputation;

public class IndicatorColumnTests
{
    private readonly MLContext _ml = new(seed: 3);

    [Fact]
    public void Every_filled_column_has_a_column_that_tells_what_was_missing()
    {
        List<SampleRow> rows = SampleRow.Make(60);
        IDataView view = _ml.Data.LoadFromEnumerable(rows);
        DiffusionImputeTransformer model = Estimator(adds: true).Fit(view);
        IDataView filled = model.Transform(view);

        Assert.True(model.AddsIndicators);
        Assert.Equal(rows.Select(row => float.IsNaN(row.Age)), ColumnValues.Of<bool>(filled, "Age.Missing"));
        Assert.Equal(rows.Select(row => double.IsNaN(row.Income)), ColumnValues.Of<bool>(filled, "Income.Missing"));
        Assert.Equal(rows.Select(row => row.City.Length == 0), ColumnValues.Of<bool>(filled, "City.Missing"));
        Assert.Equal(rows.Select(row => row.Ward > 3), ColumnValues.Of<bool>(filled, "Ward.Missing"));
        VBuffer<bool>[] buffers = ColumnValues.Of<VBuffer<bool>>(filled, "Signals.Missing");
        IEnumerable<bool[]> slots = buffers.Select(buffer => buffer.DenseValues().ToArray());
        Assert.Equal(rows.Select(row => Array.ConvertAll(row.Signals, float.IsNaN)), slots);
        // The filled columns are as they are without.
        IDataView without = Estimator(adds: false).Fit(view).Transform(view);
        Assert.Equal(ColumnValues.Of<float>(without, "Age"), ColumnValues.Of<float>(filled, "Age"));
    }

    [Fact]
    public void Indicators_are_those_that_mlnet_makes()
    {
        IDataView view = _ml.Data.LoadFromEnumerable(SampleRow.Make(60));
        IDataView own = Estimator(adds: true).Fit(view).Transform(view);
        IDataView theirs = _ml.Transforms.IndicateMissingValues("Age.Missing", "Age")
            .Append(_ml.Transforms.IndicateMissingValues("Signals.Missing", "Signals"))
            .Fit(view)
            .Transform(view);
        Assert.Equal(theirs.Schema["Age.Missing"].Type, own.Schema["Age.Missing"].Type);
        Assert.Equal(theirs.Schema["Signals.Missing"].Type, own.Schema["Signals.Missing"].Type);
        Assert.Equal(ColumnValues.Of<bool>(theirs, "Age.Missing"), ColumnValues.Of<bool>(own, "Age.Missing"));
    }

    [Fact]
    public void Without_the_option_there_are_none()
    {
        IDataView view = _ml.Data.LoadFromEnumerable(SampleRow.Make(60));
        Assert.Null(Estimator(adds: false).Fit(view).GetOutputSchema(view.Schema).GetColumnOrNull("Age.Missing"));
    }

    private DiffusionImputeEstimator Estimator(bool adds)
    {
        DiffusionImputeEstimator.Options options = new() { Method = new MeanModeOptions(), FindRelations = false, AddIndicators = adds };
        return _ml.Transforms.DiffusionImpute(Quick.Pairs(SampleRow.Fillable), options);
    }
}
