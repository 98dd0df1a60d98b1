using Microsoft.ML.Data;
using Microsoft.ML.Diffusion.Models.Imputation;
using Microsoft.ML.Diffusion.Models.Methods;
using Microsoft.ML.Diffusion.Tests.Conformance;

namespace Microsoft.ML.Diffusion.Tests.Imputation;

public class UncertaintyColumnTests
{
    private readonly MLContext _ml = new(seed: 3);

    [Fact]
    public void Every_filled_column_has_columns_that_tell_how_sure_it_is()
    {
        IDataView filled = Filled(80);
        Assert.Equal(
            [
                "Age.Lower", "Age.Upper", "Age.StandardDeviation",
                "Income.Lower", "Income.Upper", "Income.StandardDeviation",
                "Signals.Lower", "Signals.Upper", "Signals.StandardDeviation",
                "Ward.Probability", "City.Probability",
            ],
            filled.Schema.Where(column => column.Name.Contains('.', StringComparison.Ordinal)).Select(column => column.Name),
            StringComparer.Ordinal);
        Assert.Equal(NumberDataViewType.Double, filled.Schema["Income.Upper"].Type);
        Assert.Equal(filled.Schema["Signals"].Type, filled.Schema["Signals.Lower"].Type);
        Assert.Equal(NumberDataViewType.Single, filled.Schema["Ward.Probability"].Type);
    }

    [Fact]
    public void A_value_that_was_there_is_certain_and_a_guess_lies_in_its_interval()
    {
        List<SampleRow> rows = SampleRow.Make(80);
        IDataView filled = Filled(80);
        float[] ages = ColumnValues.Of<float>(filled, "Age"), lower = ColumnValues.Of<float>(filled, "Age.Lower"),
            upper = ColumnValues.Of<float>(filled, "Age.Upper"), deviation = ColumnValues.Of<float>(filled, "Age.StandardDeviation"),
            probability = ColumnValues.Of<float>(filled, "City.Probability");
        for (int i = 0; i < rows.Count; i++)
        {
            Assert.InRange(ages[i], lower[i], upper[i]);
            Assert.Equal(!float.IsNaN(rows[i].Age), deviation[i] == 0);
            Assert.InRange(probability[i], rows[i].City.Length > 0 ? 1 : 0.01f, 1);
        }
    }

    [Fact]
    public void A_draw_has_none()
    {
        IDataView view = _ml.Data.LoadFromEnumerable(SampleRow.Make(80));
        DiffusionImputeTransformer draw = Estimator().Fit(view).WithMode(ImputationMode.Draw);
        Assert.Null(draw.Coverage);
        Assert.Null(draw.GetOutputSchema(view.Schema).GetColumnOrNull("Age.Lower"));
    }

    [Fact]
    public void One_row_that_cannot_teach_how_sure_to_be_has_unknowns()
    {
        IDataView view = _ml.Data.LoadFromEnumerable(SampleRow.Make(1));
        IDataView filled = Estimator().Fit(view).Transform(view);
        Assert.Single(ColumnValues.Of<float>(filled, "Age.Lower"));
    }

    [Theory]
    [InlineData(ImputationMode.Draw, "conditional", 0.9, "Mode")]
    [InlineData(ImputationMode.Expectation, "missdiff", 0.9, "and MissDiff does not")]
    [InlineData(ImputationMode.Expectation, "mean", 0.9, "and Mean and mode does not")]
    [InlineData(ImputationMode.Expectation, "conditional", 1.0, "IntervalCoverage")]
    public void What_cannot_be_told_is_refused(ImputationMode mode, string method, double coverage, string named)
    {
        DiffusionImputeEstimator.Options options = new() { Method = ImputationMethods.Find(method)!.NewOptions() };
        (options.UncertaintyColumns, options.Mode, options.IntervalCoverage) = (true, mode, coverage);
        string message = Assert.Throws<ArgumentException>(() => _ml.Transforms.DiffusionImpute(Quick.Pairs("Age"), options)).Message;
        Assert.Contains(named, message, StringComparison.Ordinal);
    }

    private IDataView Filled(int count)
    {
        IDataView view = _ml.Data.LoadFromEnumerable(SampleRow.Make(count));
        return Estimator().Fit(view).Transform(view);
    }

    private DiffusionImputeEstimator Estimator()
    {
        DiffusionImputeEstimator.Options options = Quick.Options();
        options.UncertaintyColumns = true;
        return _ml.Transforms.DiffusionImpute(Quick.Pairs(SampleRow.Fillable), options);
    }
}
