namespace Microsoft.ML.Diffusion.Tensors.Tests;

public class PhiloxTests
{
    private const int Count = 1 << 20;

    [Fact]
    public void The_words_of_a_block_are_those_of_the_reference()
    {
        // Known answer of Philox4x32-10 for a counter and a key of zeros (Random123's kat_vectors).
        var random = new Philox(0);
        Assert.Equal([0x6627e8d5u, 0xe169c58du, 0xbc57ac4cu, 0x9b00dbd8u], [random.Bits(0), random.Bits(16), random.Bits(32), random.Bits(48)]);
    }

    [Fact]
    public void A_draw_depends_on_its_index_alone()
    {
        var random = new Philox(42, 7);
        var uniforms = new float[1000];
        var normals = new float[1000];
        random.FillUniform(uniforms, 5);
        random.FillNormal(normals, 5);
        for (int i = 0; i < uniforms.Length; i++)
        {
            Assert.Equal(random.Uniform(5 + (ulong)i), uniforms[i]);
            Assert.Equal(random.Normal(5 + (ulong)i), normals[i]);
        }

        var part = new float[200];
        random.FillNormal(part, 305);
        Assert.Equal(normals[300..500], part);
        random.FillUniform(part, (1ul << 34) - 100);
        Assert.Equal(random.Uniform((1ul << 34) + 50), part[150]);
    }

    [Fact]
    public void Uniform_draws_have_the_moments_of_the_uniform_distribution()
    {
        var draws = new float[Count];
        new Philox(1).FillUniform(draws);
        Assert.All(draws, u => Assert.InRange(u, 0f, 0.99999997f));
        Assert.Equal(0.5, draws.Average(u => (double)u), 3 * Math.Sqrt(1.0 / 12 / Count) + 1e-9);
        Assert.Equal(1.0 / 12, draws.Average(u => (u - 0.5) * (u - 0.5)), 3e-4);

        var counts = new int[64];
        foreach (float u in draws)
            counts[(int)(u * 64)]++;
        double expected = Count / 64.0;
        double chi = counts.Sum(c => (c - expected) * (c - expected) / expected);
        Assert.InRange(chi, 63 - (4 * Math.Sqrt(126)), 63 + (4 * Math.Sqrt(126)));
    }

    [Fact]
    public void Normal_draws_have_the_moments_and_tails_of_the_normal_distribution()
    {
        var draws = new float[Count];
        new Philox(2).FillNormal(draws);
        Assert.Equal(0, draws.Average(z => (double)z), 4e-3);
        Assert.Equal(1, draws.Average(z => (double)z * z), 6e-3);
        Assert.Equal(0, draws.Average(z => Math.Pow(z, 3)), 1.6e-2);
        Assert.Equal(3, draws.Average(z => Math.Pow(z, 4)), 4e-2);
        Assert.Equal(0.0455003, draws.Count(z => Math.Abs(z) > 2) / (double)Count, 1e-3);
        Assert.Equal(0.0026998, draws.Count(z => Math.Abs(z) > 3) / (double)Count, 3e-4);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(16)]
    [InlineData(32)]
    [InlineData(64)]
    public void Draws_at_a_distance_are_uncorrelated(int distance)
    {
        var draws = new float[Count + distance];
        new Philox(3).FillNormal(draws);
        double sum = 0, squares = 0;
        for (int i = 0; i < Count; i++)
        {
            sum += (double)draws[i] * draws[i + distance];
            squares += (double)draws[i] * draws[i] * draws[i + distance] * draws[i + distance];
        }

        Assert.Equal(0, sum / Count, 4e-3);
        Assert.Equal(1, squares / Count, 2e-2);
    }

    [Fact]
    public void Streams_seeds_and_forks_are_uncorrelated()
    {
        var random = new Philox(4, 4);
        Philox[] others = [new(4, 5), new(5, 4), random.Fork(0), random.Fork(1), random.Fork(0).Fork(0)];
        var a = new float[Count / 4];
        var b = new float[a.Length];
        random.FillNormal(a);
        foreach (Philox other in others)
        {
            other.FillNormal(b);
            double sum = 0;
            for (int i = 0; i < a.Length; i++)
                sum += (double)a[i] * b[i];
            Assert.Equal(0, sum / a.Length, 8e-3);
        }

        Assert.Equal(others.Length, others.Distinct().Count());
    }

    [Fact]
    public void A_permutation_has_every_number_once_and_each_place_is_equally_likely()
    {
        const int Trials = 20000;
        var places = new int[5, 5];
        var order = new int[5];
        for (int t = 0; t < Trials; t++)
        {
            new Philox(6, (ulong)t).Permutation(order);
            Assert.Equal([0, 1, 2, 3, 4], order.Order());
            for (int i = 0; i < 5; i++)
                places[i, order[i]]++;
        }

        foreach (int count in places)
            Assert.InRange(count, (Trials / 5) - 260, (Trials / 5) + 260);
    }
}
