using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.StandIns.Tests.Pipeline;

public sealed class PipelineTests
{
    private readonly MLContext _ml = new(seed: 1);

    private sealed class Row
    {
        public float A { get; set; }
        public string Text { get; set; } = "";
    }

    private IDataView Rows => _ml.Data.LoadFromEnumerable(new List<Row> { new() { A = 2, Text = "x" }, new() { A = 4, Text = "y" }, new() { A = float.NaN } });

    private IEstimator<ITransformer> Everything => _ml.Transforms.ReplaceMissingValues("A")
        .Append(_ml.Transforms.NormalizeMinMax("Scaled", "A"))
        .Append(_ml.Transforms.Categorical.OneHotEncoding("Coded", "Text"))
        .Append(_ml.Transforms.Conversion.MapValueToKey("Key", "Text"))
        .Append(_ml.Transforms.Conversion.MapKeyToValue("Back", "Key"))
        .Append(_ml.Transforms.IndicateMissingValues("Gone", "A"))
        .Append(_ml.Transforms.Conversion.ConvertType("Number", "Gone"))
        .Append(_ml.Transforms.Concatenate("Features", "Scaled", "Coded", "Number"))
        .Append(_ml.Transforms.CopyColumns("Copy", "Features"))
        .Append(_ml.Transforms.DropColumns("Coded"));

    [Fact]
    public void A_chain_saved_and_loaded_transforms_as_before()
    {
        ITransformer fitted = Everything.Fit(Rows);
        using var stream = new MemoryStream();
        _ml.Model.Save(fitted, Rows.Schema, stream);
        stream.Position = 0;
        ITransformer loaded = new MLContext().Model.Load(stream, out DataViewSchema schema);
        Assert.Equal(string.Join("|", Rows.Schema), string.Join("|", schema));
        IDataView before = fitted.Transform(Rows), after = loaded.Transform(Rows);
        Assert.Equal(string.Join("|", before.Schema), string.Join("|", after.Schema));
        Assert.Equal(before.GetColumn<float[]>("Copy"), after.GetColumn<float[]>("Copy"));
        Assert.Equal(before.GetColumn<string>("Back"), after.GetColumn<string>("Back"));
    }

    [Fact]
    public void A_model_is_saved_without_a_schema_too()
    {
        string path = Path.GetTempFileName();
        _ml.Model.Save(_ml.Transforms.CopyColumns("B", "A").Fit(Rows), null, path);
        Assert.IsType<Microsoft.ML.Transforms.ColumnCopyingTransformer>(_ml.Model.Load(path, out DataViewSchema schema));
        Assert.Null(schema);
        File.Delete(path);
    }

    [Fact]
    public void A_file_that_is_no_model_is_refused()
    {
        Assert.Throws<FormatException>(() => _ml.Model.Load(new MemoryStream([1, 2, 3]), out _));
        Assert.Throws<FileNotFoundException>(() => _ml.Model.Load("no such model.zip", out _));
    }

    [Fact]
    public void The_annotations_of_a_saved_schema_come_back()
    {
        IDataView keyed = _ml.Transforms.Conversion.MapValueToKey("Text").Fit(Rows).Transform(Rows);
        using var stream = new MemoryStream();
        _ml.Model.Save(_ml.Transforms.CopyColumns("B", "A").Fit(keyed), keyed.Schema, stream);
        stream.Position = 0;
        _ml.Model.Load(stream, out DataViewSchema schema);
        VBuffer<ReadOnlyMemory<char>> values = default;
        schema["Text"].GetKeyValues(ref values);
        Assert.Equal(["x", "y"], values.DenseValues().Select(value => value.ToString()));
    }

    [Fact]
    public void A_transformer_outside_the_scope_of_scoring_is_left_out()
    {
        TransformerChain<Microsoft.ML.Transforms.ColumnCopyingTransformer> chain = _ml.Transforms.CopyColumns("B", "A")
            .Append(_ml.Transforms.CopyColumns("C", "A"), TransformerScope.Training)
            .Append(_ml.Transforms.CopyColumns("D", "A")).Fit(Rows);
        Assert.Equal(3, chain.Count());
        Assert.Equal("A,Text,B,D", string.Join(",", chain.Transform(Rows).Schema.Select(column => column.Name)));
        Assert.Equal("A,Text,B,C,D", string.Join(",", chain.Transform(Rows, TransformerScope.Training).Schema.Select(column => column.Name)));
        Assert.Equal(2, chain.GetModelFor(TransformerScope.Scoring).Count());
    }

    [Fact]
    public void A_chain_reports_a_column_that_is_not_there_before_it_fits_anything()
    {
        bool fitted = false;
        IEstimator<ITransformer> first = _ml.Transforms.CopyColumns("B", "A").WithOnFitDelegate(_ => fitted = true);
        Assert.Throws<ArgumentOutOfRangeException>(() => first.Append(_ml.Transforms.NormalizeMinMax("Absent")).Fit(Rows));
        Assert.False(fitted);
    }

    [Fact]
    public void A_cache_checkpoint_spares_the_estimators_after_it_a_second_reading()
    {
        int read = 0;
        IEnumerable<Row> Source()
        {
            read++;
            yield return new Row { A = 1 };
        }
        IDataView data = _ml.Data.LoadFromEnumerable(Source());
        _ml.Transforms.CopyColumns("B", "A").AppendCacheCheckpoint(_ml)
            .Append(_ml.Transforms.NormalizeMinMax("B")).Append(_ml.Transforms.NormalizeMinMax("B")).Append(_ml.Transforms.NormalizeMinMax("B")).Fit(data);
        Assert.Equal(1, read);
    }

    [Fact]
    public void Only_a_chain_that_ends_in_any_transformer_is_lengthened_and_others_become_one_member()
    {
        IEstimator<ITransformer> last = _ml.Transforms.CopyColumns("C", "B");
        IEstimator<ITransformer> lengthened = _ml.Transforms.CopyColumns("B", "A").Append(last);
        IEstimator<ITransformer> member = _ml.Transforms.CopyColumns("B", "A").Append(_ml.Transforms.CopyColumns("C", "B"));
        Assert.Equal(3, lengthened.Append(_ml.Transforms.CopyColumns("D", "C")).Fit(Rows).Count());
        Assert.Equal(2, member.Append(_ml.Transforms.CopyColumns("D", "C")).Fit(Rows).Count());
    }

    [Fact]
    public void A_chain_that_is_trained_asks_its_last_transformer_too_for_its_rows()
    {
        var last = new Transforming();
        _ml.Transforms.CopyColumns("B", "A").Append(last).Fit(Rows);
        Assert.Equal(1, last.Asked);
    }

    // Passes rows on, and counts how often it is asked to.
    private sealed class Transforming : IEstimator<ITransformer>, ITransformer
    {
        public int Asked { get; private set; }

        public bool IsRowToRowMapper => false;

        public ITransformer Fit(IDataView input) => this;

        public IDataView Transform(IDataView input)
        {
            Asked++;
            return input;
        }

        public SchemaShape GetOutputSchema(SchemaShape inputSchema) => inputSchema;

        public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => inputSchema;

        public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) => throw new NotSupportedException();

        public void Save(ModelSaveContext ctx) => throw new NotSupportedException();
    }

    private sealed class Answer
    {
        public float Scaled { get; set; }
        public float[] Features { get; set; } = [];
        public string Back { get; set; } = "";
    }

    [Fact]
    public void A_prediction_engine_gives_for_one_object_what_a_view_gives_for_its_row()
    {
        ITransformer fitted = Everything.Fit(Rows);
        using PredictionEngine<Row, Answer> engine = _ml.Model.CreatePredictionEngine<Row, Answer>(fitted);
        IDataView all = fitted.Transform(Rows);
        Assert.Equal(all.GetColumn<float[]>("Features"), _ml.Data.CreateEnumerable<Row>(Rows, false).Select(row => engine.Predict(row).Features));
        Assert.Equal(("x", 0.5f), (engine.Predict(new Row { A = 2, Text = "x" }).Back, engine.Predict(new Row { A = 2 }).Scaled));
        Assert.Equal("Features", engine.OutputSchema["Features"].Name);
        Assert.Throws<ArgumentNullException>(() => engine.Predict(null!));
    }

    private sealed class TooLittle
    {
        public string Text { get; set; } = "";
    }

    [Fact]
    public void A_prediction_engine_needs_the_columns_of_its_model()
        => Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Model.CreatePredictionEngine<TooLittle, Answer>(Everything.Fit(Rows)));

    // Row to row, by way of a transformer that does the work.
    private sealed class Disposable(ITransformer inner) : ITransformer, IDisposable
    {
        public bool Disposed { get; private set; }
        public bool IsRowToRowMapper => true;
        public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => inner.GetOutputSchema(inputSchema);
        public IDataView Transform(IDataView input) => inner.Transform(input);
        public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) => inner.GetRowToRowMapper(inputSchema);
        public void Save(ModelSaveContext ctx) => inner.Save(ctx);
        public void Dispose() => Disposed = true;
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_engine_disposes_of_the_transformer_that_it_owns(bool owns)
    {
        var transformer = new Disposable(_ml.Transforms.CopyColumns("Scaled", "A").Fit(Rows));
        var options = new PredictionEngineOptions { OwnsTransformer = owns };
        _ml.Model.CreatePredictionEngine<Row, Answer>(new TransformerChain<ITransformer>(transformer), options).Dispose();
        Assert.Equal(owns, transformer.Disposed);
    }

    [Fact]
    public void A_message_on_a_channel_reaches_the_log()
    {
        var seen = new List<LoggingEventArgs>();
        _ml.Log += (_, message) => seen.Add(message);
        using (IChannel channel = ((IHostEnvironment)_ml).Register("Host").Start("Channel"))
        {
            channel.Info(MessageSensitivity.None, "{0} of {1}", 1, 2);
            channel.Warning(MessageSensitivity.None, "careful");
        }
        LoggingEventArgs told = seen.Single(message => message.RawMessage == "1 of 2");
        Assert.Equal("[Source=Host; Channel, Kind=Info] 1 of 2", told.Message);
        Assert.Equal((ChannelMessageKind.Info, "Host; Channel"), (told.Kind, told.Source));
        Assert.Contains(seen, message => message is { RawMessage: "careful", Kind: ChannelMessageKind.Warning });
    }

    [Fact]
    public void A_seed_fixes_the_random_numbers_of_hosts()
    {
        static int[] Draw(int? seed)
        {
            IHostEnvironment environment = new MLContext(seed);
            return [environment.Register("a").Rand.Next(), environment.Register("b").Rand.Next()];
        }
        Assert.Equal(Draw(7), Draw(7));
        Assert.NotEqual(Draw(7), Draw(8));
        Assert.NotEqual(Draw(null), Draw(null));
    }
}
