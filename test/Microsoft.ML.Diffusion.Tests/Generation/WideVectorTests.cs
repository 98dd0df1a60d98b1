using Microsoft.ML.Data;
using Microsoft.ML.Diffusion.Models.Methods.MedDiff;
using Microsoft.ML.Diffusion.Tests.Augmentation;
using Microsoft.ML.Diffusion.Tests.Conformance;

namespace Microsoft.ML.Diffusion.Tests.Generation;

/// <summary>Records of codes as one vector of zeros and ones, sparse or dense.</summary>
public class WideVectorTests
{
    private const int Rows = 300;

    private readonly MLContext _ml = new(seed: 5);

    [Fact]
    public void Sparse_and_dense_vectors_are_learnt_alike_and_come_back_as_vectors_with_their_slots()
    {
        IDataView sparse = View(isSparse: true), dense = View(isSparse: false);
        IDataView made = _ml.Data.DiffusionSynthesize(sparse, 200, nameof(Record.Died), options: Options<DiffusionSynthesizeEstimator.Options>());
        IDataView fromDense = _ml.Data.DiffusionSynthesize(dense, 200, nameof(Record.Died), options: Options<DiffusionSynthesizeEstimator.Options>());

        Assert.Equal(Cells.Of(fromDense), Cells.Of(made));
        Assert.Equal(sparse.Schema["Codes"].Type, made.Schema["Codes"].Type);
        Assert.Equal(SlotNames(sparse.Schema["Codes"]), SlotNames(made.Schema["Codes"]));
        VBuffer<float>[] codes = ColumnValues.Of<VBuffer<float>>(made, "Codes");
        Assert.All(codes, row => Assert.All(row.DenseValues(), value => Assert.True(value is 0 or 1)));
        Assert.Contains(codes, row => !row.IsDense);
        for (int slot = 0; slot < 3; slot++)
        {
            double share = ColumnValues.Of<VBuffer<float>>(sparse, "Codes").Average(row => row.GetItemOrDefault(slot));
            Assert.Equal(share, codes.Average(row => row.GetItemOrDefault(slot)), 0.12);
        }
    }

    [Fact]
    public void Augmented_rows_are_vectors_of_zeros_and_ones_of_the_label_asked_for()
    {
        DiffusionAugmentEstimator.Options options = Options<DiffusionAugmentEstimator.Options>();
        options.IgnoredColumns = ["Label"];
        options.RowsPerLabel = new Dictionary<string, int> { ["True"] = 30 };
        IDataView view = View(isSparse: true);
        IDataView seen = TrainingSpy.Behind(
            _ml,
            _ml.Transforms.DiffusionAugment(labelColumnName: nameof(Record.Died), options: options),
            _ml.Transforms.CopyColumns("Label", nameof(Record.Died)).Fit(view).Transform(view));

        Assert.All(ColumnValues.Of<bool>(seen, nameof(Record.Died))[Rows..], Assert.True);
        VBuffer<float>[] added = ColumnValues.Of<VBuffer<float>>(seen, "Codes")[Rows..];
        Assert.Equal(30, added.Length);
        Assert.All(added, row => Assert.True(row.Length == 40 && row.DenseValues().All(value => value is 0 or 1)));
    }

    [Fact]
    public void A_slot_may_be_fixed_by_its_name()
    {
        DiffusionSynthesizeTransformer model = _ml.Transforms
            .DiffusionSynthesize(options: Options<DiffusionSynthesizeEstimator.Options>())
            .Fit(View(isSparse: true));
        IDataView made = model.Generate(20, new RowConditions().Where("Codes.code7", 1));
        Assert.All(ColumnValues.Of<VBuffer<float>>(made, "Codes"), row => Assert.Equal(1, row.GetItemOrDefault(7)));
        Assert.Throws<ArgumentException>(() => model.Generate(20, new RowConditions().Where("Codes.code40", 1)));
    }

    [Fact]
    public void A_name_that_a_slot_and_a_column_have_is_refused_in_conditions_alone()
    {
        IDataView rows = View(isSparse: true);
        rows = _ml.Transforms.CopyColumns("Codes.code7", nameof(Record.Died)).Fit(rows).Transform(rows);
        DiffusionSynthesizeTransformer model = _ml.Transforms
            .DiffusionSynthesize(options: Options<DiffusionSynthesizeEstimator.Options>()).Fit(rows);
        string message = Assert.Throws<ArgumentException>(() => model.Generate(5, new RowConditions().Where("Codes.code7", 1))).Message;
        Assert.Contains("'Codes.code7' is a slot of the vector 'Codes' and the column 'Codes.code7', so that a condition may mean either;",
            message, StringComparison.Ordinal);
        Assert.Equal(5, Cells.Of(model.Generate(5, new RowConditions().Where("Codes.code8", 1))).Count);
    }

    [Fact]
    public void Vectors_that_cannot_be_learnt_are_refused()
    {
        IDataView infinite = View(isSparse: true, value: float.PositiveInfinity);
        Assert.Contains("'Codes.code0' holds an infinite number", Assert.Throws<InvalidDataException>(() =>
            _ml.Data.DiffusionSynthesize(infinite, 5, options: Options<DiffusionSynthesizeEstimator.Options>())).Message, StringComparison.Ordinal);
        IDataView empty = _ml.Data.LoadFromEnumerable(Array.Empty<Record>());
        Assert.Throws<InvalidDataException>(() => _ml.Data.DiffusionSynthesize(empty, 5, options: Options<DiffusionSynthesizeEstimator.Options>()));
        IDataView ragged = _ml.Data.LoadFromEnumerable(new[] { new Ragged { Codes = [1, 0] }, new Ragged { Codes = [1] } });
        Assert.Contains("of unknown size", Assert.Throws<ArgumentException>(() =>
            _ml.Data.DiffusionSynthesize(ragged, 5, options: Options<DiffusionSynthesizeEstimator.Options>())).Message, StringComparison.Ordinal);
    }

    private static T Options<T>()
        where T : DiffusionSynthesizeEstimator.Options, new()
    {
        MedDiffOptions quick = new() { Width = 8, Steps = 20, BatchSize = 32, SamplingSteps = 5, CalibrationRows = 500, Threads = 1 };
        return new T { Method = quick };
    }

    private IDataView View(bool isSparse, float value = 1)
    {
        var random = new Random(3);
        SchemaDefinition schema = SchemaDefinition.Create(typeof(Record));
        var names = new VBuffer<ReadOnlyMemory<char>>(40, [.. Enumerable.Range(0, 40).Select(i => $"code{i}".AsMemory())]);
        schema[nameof(Record.Codes)].AddAnnotation("SlotNames", names, new VectorDataViewType(TextDataViewType.Instance, 40));
        return _ml.Data.LoadFromEnumerable(Enumerable.Range(0, Rows).Select(_ =>
        {
            bool died = random.NextDouble() < 0.3;
            int[] codes = [.. Enumerable.Range(0, 40).Where(code => random.NextDouble() < (died ? 0.5 : 0.25) / (1 + code))];
            float[] all = new float[40];
            Array.ForEach(codes, code => all[code] = value);
            return new Record
            {
                Codes = isSparse ? new VBuffer<float>(40, codes.Length, [.. codes.Select(_ => value)], codes) : new VBuffer<float>(40, all),
                Died = died,
            };
        }).ToArray(), schema);
    }

    private static List<string> SlotNames(DataViewSchema.Column column)
    {
        VBuffer<ReadOnlyMemory<char>> values = default;
        column.Annotations.GetValue("SlotNames", ref values);
        return [.. values.DenseValues().Select(value => value.ToString())];
    }

    private sealed class Record
    {
        [VectorType(40)]
        public VBuffer<float> Codes { get; set; }

        public bool Died { get; set; }
    }

    private sealed class Ragged
    {
        public float[] Codes { get; set; } = [];
    }
}
