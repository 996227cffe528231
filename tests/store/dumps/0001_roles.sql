--
-- PostgreSQL database dump
--


-- Dumped from database version 15.20 (Debian 15.20-0+deb12u1)
-- Dumped by pg_dump version 15.20 (Debian 15.20-0+deb12u1)

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

--
-- Name: unknot; Type: SCHEMA; Schema: -; Owner: unknot_owner
--

CREATE SCHEMA unknot;


ALTER SCHEMA unknot OWNER TO unknot_owner;

--
-- Name: unknot_admin; Type: SCHEMA; Schema: -; Owner: postgres
--

CREATE SCHEMA unknot_admin;


ALTER SCHEMA unknot_admin OWNER TO postgres;

SET default_tablespace = '';

SET default_table_access_method = heap;

--
-- Name: migrations; Type: TABLE; Schema: unknot_admin; Owner: unknot_owner
--

CREATE TABLE unknot_admin.migrations (
    version integer NOT NULL,
    name text NOT NULL,
    sha256 text NOT NULL,
    applied_at timestamp with time zone NOT NULL
);


ALTER TABLE unknot_admin.migrations OWNER TO unknot_owner;

--
-- Data for Name: migrations; Type: TABLE DATA; Schema: unknot_admin; Owner: unknot_owner
--

COPY unknot_admin.migrations (version, name, sha256, applied_at) FROM stdin;
1	0001_roles	70a440012eff6c8b8325f43adf2bd70b328f9a5d491c61d0fea8af9098204c13	2026-11-22 14:28:01.424865+00
\.


--
-- Name: migrations migrations_pkey; Type: CONSTRAINT; Schema: unknot_admin; Owner: unknot_owner
--

ALTER TABLE ONLY unknot_admin.migrations
    ADD CONSTRAINT migrations_pkey PRIMARY KEY (version);


--
-- Name: SCHEMA unknot_admin; Type: ACL; Schema: -; Owner: postgres
--

GRANT ALL ON SCHEMA unknot_admin TO unknot_owner;
GRANT USAGE ON SCHEMA unknot_admin TO unknot_app;


--
-- PostgreSQL database dump complete
--


