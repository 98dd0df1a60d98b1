using Microsoft.ML.Diffusion.Fuzzing.Models;
using Microsoft.ML.Diffusion.Models.Generation;
using Microsoft.ML.Diffusion.Models.Methods;
using Microsoft.ML.Diffusion.Models.Persistence;

namespace Microsoft.ML.Diffusion.Models.Tests;

/// <summary>Model files that somebody changed, with checksums that are right: the short form of eng/fuzz.</summary>
public class HostileModelTests
{
    private static readonly Lazy<FuzzedModel[]> s_models = new(() => [.. FuzzedModel.All()]);

    public static TheoryData<string> Names => [.. FuzzedModel.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_changed_model_is_refused_in_one_sentence_or_works(string name)
    {
        FuzzedModel model = s_models.Value.Single(model => model.Name == name);
        var counts = new FuzzCounts();
        Assert.Null(model.Try(model.Bytes, counts));
        // Large models are mostly weights, of which one is like another.
        int cases = model.Bytes.Length < 400_000 ? 300 : 60;
        for (int i = 0; i < cases; i++)
        {
            if (model.Try(ModelMutator.Mutate(model.Bytes, new Random(i)), counts) is { } failure)
                Assert.Fail($"case {i}: {failure}");
        }
        Assert.True(counts.Refused > cases / 10, $"{counts.Refused} of {cases} were refused");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_model_cut_short_anywhere_is_refused(string name)
    {
        FuzzedModel model = s_models.Value.Single(model => model.Name == name);
        for (int length = 0; length < model.Bytes.Length; length += 1 + model.Bytes.Length / 40)
            Assert.Throws<InvalidDataException>(() => model.Load(new BinaryReader(new MemoryStream(model.Bytes[..length]))));
    }

    [Fact]
    public void A_count_of_two_billion_in_a_small_file_allocates_nothing()
    {
        // The number of columns comes first.
        byte[] bytes = Framed(writer => writer.Write(int.MaxValue));
        long before = GC.GetAllocatedBytesForCurrentThread();
        InvalidDataException e = Assert.Throws<InvalidDataException>(() => Load(bytes));
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 100_000);
        Assert.Contains("more than there are bytes for", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_frame_that_claims_two_gigabytes_allocates_nothing()
    {
        byte[] bytes = Framed(writer => writer.Write(1));
        BitConverter.GetBytes(int.MaxValue).CopyTo(bytes, 8);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<InvalidDataException>(() => Load(bytes));
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 200_000);
    }

    [Fact]
    public void A_stream_that_cannot_go_back_is_read_too()
    {
        FuzzedModel model = s_models.Value[0];
        Assert.NotNull(model.Load(new BinaryReader(new Forwards(new MemoryStream(model.Bytes)))));
        Assert.Throws<InvalidDataException>(() => model.Load(new BinaryReader(new Forwards(new MemoryStream(model.Bytes[..^5])))));
    }

    [Fact]
    public void Bytes_behind_the_end_are_refused()
    {
        byte[] bytes = s_models.Value.Single(model => model.Name == "tabddpm").Bytes;
        DiffusionGenerator model = GenerationMethods.Load(new BinaryReader(new MemoryStream(bytes)));
        byte[] longer = Framed(writer => writer.Write([.. bytes[20..], 0]));
        Assert.Equal(7, model.Columns.Count);
        InvalidDataException e = Assert.Throws<InvalidDataException>(() => Load(longer));
        Assert.Contains("behind its end", e.Message, StringComparison.Ordinal);
    }

    private static DiffusionGenerator Load(byte[] bytes) => GenerationMethods.Load(new BinaryReader(new MemoryStream(bytes)));

    private static byte[] Framed(Action<BinaryWriter> content)
    {
        using var stream = new MemoryStream();
        using (var writer = new BinaryWriter(stream))
            ModelFrame.Write(writer, content);
        return stream.ToArray();
    }

    /// <summary>A stream that can be read once only.</summary>
    private sealed class Forwards(Stream stream) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count) => stream.Read(buffer, offset, Math.Min(count, 7));

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
