using Microsoft.ML.Data;
using Microsoft.ML.Diffusion.Models.Amputation;
using Microsoft.ML.Diffusion.Tests.Conformance;

namespace Microsoft.ML.Diffusion.Tests.Amputation;

public class AmputeTests
{
    private readonly MLContext _ml = new(seed: 3);

    [Theory]
    [InlineData(MissingnessMechanism.McarIndependent)]
    [InlineData(MissingnessMechanism.McarRow)]
    [InlineData(MissingnessMechanism.McarColumn)]
    [InlineData(MissingnessMechanism.Mar)]
    [InlineData(MissingnessMechanism.Mnar)]
    public void Values_are_hidden_or_left_as_they_are(MissingnessMechanism mechanism)
    {
        IDataView view = Rows(200);
        IDataView amputed = _ml.Data.Ampute(view, mechanism, 0.3);
        float[] before = ColumnValues.Of<float>(view, nameof(SampleRow.Age));
        float[] after = ColumnValues.Of<float>(amputed, nameof(SampleRow.Age));
        int hidden = Missing(amputed) - Missing(view);

        Assert.True(hidden > 0);
        for (int i = 0; i < before.Length; i++)
            Assert.True(float.IsNaN(after[i]) || after[i].Equals(before[i]));
        Assert.Equal(ColumnValues.Of<bool>(view, nameof(SampleRow.Label)), ColumnValues.Of<bool>(amputed, nameof(SampleRow.Label)));
    }

    [Fact]
    public void By_column_the_share_of_observed_values_is_exact()
    {
        IDataView view = Rows(200);
        IDataView amputed = _ml.Data.Ampute(view, MissingnessMechanism.McarColumn, 0.25, seed: 1, nameof(SampleRow.Age), nameof(SampleRow.Ward), nameof(SampleRow.City));

        int observed = ColumnValues.Of<float>(view, nameof(SampleRow.Age)).Count(value => !float.IsNaN(value));
        Assert.Equal(observed - (int)(observed * 0.25), ColumnValues.Of<float>(amputed, nameof(SampleRow.Age)).Count(value => !float.IsNaN(value)));
        observed = ColumnValues.Of<uint>(view, nameof(SampleRow.Ward)).Count(key => key != 0);
        Assert.Equal(observed - (int)(observed * 0.25), ColumnValues.Of<uint>(amputed, nameof(SampleRow.Ward)).Count(key => key != 0));
        observed = ColumnValues.Texts(view, nameof(SampleRow.City)).Count(text => text.Length > 0);
        Assert.Equal(observed - (int)(observed * 0.25), ColumnValues.Texts(amputed, nameof(SampleRow.City)).Count(text => text.Length > 0));
        Assert.Equal(ColumnValues.Of<double>(view, nameof(SampleRow.Income)), ColumnValues.Of<double>(amputed, nameof(SampleRow.Income)));
    }

    [Fact]
    public void The_slots_of_a_vector_are_columns()
    {
        IDataView view = Rows(100);
        VBuffer<float>[] vectors = ColumnValues.Of<VBuffer<float>>(_ml.Data.Ampute(view, MissingnessMechanism.McarColumn, 0.5, seed: 1, nameof(SampleRow.Signals)), nameof(SampleRow.Signals));

        Assert.Equal(50, vectors.Count(vector => float.IsNaN(vector.GetItemOrDefault(1))));
    }

    [Fact]
    public void The_seed_decides_and_is_the_context_s_unless_given()
    {
        IDataView view = Rows(100);
        List<string> three = Cells.Of(_ml.Data.Ampute(view, MissingnessMechanism.McarRow, 0.4));

        Assert.Equal(three, Cells.Of(_ml.Data.Ampute(view, MissingnessMechanism.McarRow, 0.4, seed: 3)));
        Assert.NotEqual(three, Cells.Of(_ml.Data.Ampute(view, MissingnessMechanism.McarRow, 0.4, seed: 4)));
    }

    [Fact]
    public void Every_cursor_sees_the_same_whatever_it_asks_for()
    {
        IDataView amputed = _ml.Data.Ampute(_ml.Data.Cache(Rows(50)), MissingnessMechanism.McarIndependent, 0.5);
        List<string> first = Cells.Of(amputed);

        Assert.Equal(first, Cells.Of(amputed, new Random(1)));
        Assert.Equal(Cells.Of(amputed, nameof(SampleRow.City)), Cells.Of(amputed, nameof(SampleRow.City)));
        Assert.Single(amputed.GetRowCursorSet(amputed.Schema, 4));
        Assert.Equal(first.Count, amputed.GetRowCount() ?? first.Count);
    }

    [Fact]
    public void An_empty_view_stays_empty() =>
        Assert.Empty(Cells.Of(_ml.Data.Ampute(Rows(0), MissingnessMechanism.McarColumn, 0.5)));

    [Fact]
    public void Bad_input_is_refused_in_a_sentence()
    {
        AssertRefused("Column 'Weight' is not in the view.", 0.2, "Weight");
        AssertRefused("Column 'Label' is Boolean, in which no value counts as missing here", 0.2, nameof(SampleRow.Label));
        AssertRefused("The share of values to hide must lie between 0 and 1.", 1.2, nameof(SampleRow.Age));

        void AssertRefused(string sentence, double rate, string column)
        {
            Exception refusal = Assert.ThrowsAny<ArgumentException>(() => _ml.Data.Ampute(Rows(5), MissingnessMechanism.McarRow, rate, seed: 1, column));
            Assert.Contains(sentence, refusal.Message, StringComparison.Ordinal);
        }
    }

    private static int Missing(IDataView view) =>
        ColumnValues.Of<float>(view, nameof(SampleRow.Age)).Count(float.IsNaN)
        + ColumnValues.Of<double>(view, nameof(SampleRow.Income)).Count(double.IsNaN)
        + ColumnValues.Texts(view, nameof(SampleRow.City)).Count(text => text.Length == 0)
        + ColumnValues.Of<uint>(view, nameof(SampleRow.Ward)).Count(key => key == 0)
        + ColumnValues.Of<VBuffer<float>>(view, nameof(SampleRow.Signals)).Sum(vector => vector.DenseValues().Count(float.IsNaN));

    private IDataView Rows(int count) => _ml.Data.LoadFromEnumerable(SampleRow.Make(count));
}
