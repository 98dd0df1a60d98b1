using Microsoft.ML.Data;

namespace Microsoft.ML.Diffusion.Tests.Imputation;

public class ColumnTypeTests
{
    private readonly MLContext _ml = new(seed: 3);

    [Fact]
    public void Keys_narrow_and_wide_are_filled_in_and_saved()
    {
        // In a class 0 is the first key, and a number that is too large is no key.
        IDataView view = _ml.Data.LoadFromEnumerable(Enumerable.Range(0, 40).Select(i => new Keys
        {
            Narrow = i % 4 == 0 ? byte.MaxValue : (byte)(i % 3),
            Wide = i % 4 == 2 ? ulong.MaxValue : (ulong)(i % 3),
        }));
        string[] columns = [nameof(Keys.Narrow), nameof(Keys.Wide)];
        ITransformer transformer = _ml.Transforms.DiffusionImpute(Quick.Pairs(columns), Quick.Options()).Fit(view);
        IDataView filled = transformer.Transform(view);

        Assert.Equal(10, ColumnValues.Of<byte>(view, nameof(Keys.Narrow)).Count(key => key == 0));
        Assert.All(ColumnValues.Of<byte>(filled, nameof(Keys.Narrow)), key => Assert.InRange(key, 1, 3));
        Assert.All(ColumnValues.Of<ulong>(filled, nameof(Keys.Wide)), key => Assert.InRange(key, 1ul, 3ul));
        IDataView loaded = SaveAndLoad(transformer, view).Transform(view);
        Assert.Equal(ColumnValues.Of<ulong>(filled, nameof(Keys.Wide)), ColumnValues.Of<ulong>(loaded, nameof(Keys.Wide)));
    }

    [Fact]
    public void What_a_sparse_vector_leaves_out_is_a_zero()
    {
        IDataView view = _ml.Data.LoadFromEnumerable(Enumerable.Range(0, 40).Select(i => new Vectors
        {
            Sparse = new VBuffer<float>(4, 2, [i, i % 2 == 0 ? float.NaN : 1], [1, 3]),
            Doubles = [double.NaN, i],
        }));
        DiffusionImputeTransformer transformer = _ml.Transforms.DiffusionImpute(Quick.Pairs(nameof(Vectors.Sparse), nameof(Vectors.Doubles)), Quick.Options()).Fit(view);
        VBuffer<float>[] filled = ColumnValues.Of<VBuffer<float>>(transformer.Transform(view), nameof(Vectors.Sparse));

        for (int i = 0; i < filled.Length; i++)
        {
            Assert.False(filled[i].IsDense);
            Assert.Equal([0, i, 0], filled[i].DenseValues().Take(3));
            Assert.Equal(1, filled[i].GetItemOrDefault(3));
        }

        Assert.Equal(["Sparse.0", "Sparse.1", "Sparse.2", "Sparse.3", "Doubles.0", "Doubles.1"], transformer.Model.Columns.Select(column => column.Name), StringComparer.Ordinal);
        Assert.All(ColumnValues.Of<VBuffer<double>>(transformer.Transform(view), nameof(Vectors.Doubles)), (values, i) => Assert.Equal([double.NaN, i], values.DenseValues()));
    }

    [Fact]
    public void Slots_are_called_by_their_names()
    {
        IDataView rows = _ml.Data.LoadFromEnumerable(Enumerable.Range(0, 9).Select(i => new Numbers { Height = i, Weight = float.NaN }));
        IDataView view = _ml.Transforms.Concatenate("Body", nameof(Numbers.Height), nameof(Numbers.Weight)).Fit(rows).Transform(rows);

        Assert.Equal(["Body.Height", "Body.Weight"], _ml.Transforms.DiffusionImpute(Quick.Pairs("Body"), Quick.Options()).Fit(view).Model.Columns.Select(column => column.Name), StringComparer.Ordinal);
    }

    private ITransformer SaveAndLoad(ITransformer transformer, IDataView view)
    {
        using var file = new MemoryStream();
        _ml.Model.Save(transformer, view.Schema, file);
        file.Position = 0;
        return _ml.Model.Load(file, out _);
    }

    private sealed class Keys
    {
        [KeyType(3)]
        public byte Narrow { get; set; }

        [KeyType(3)]
        public ulong Wide { get; set; }
    }

    private sealed class Vectors
    {
        [VectorType(4)]
        public VBuffer<float> Sparse { get; set; }

        [VectorType(2)]
        public double[] Doubles { get; set; } = [];
    }

    private sealed class Numbers
    {
        public float Height { get; set; }

        public float Weight { get; set; }
    }
}
